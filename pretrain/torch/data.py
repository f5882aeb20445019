"""Reading: generator shards, folders in ICDAR2015 layout; the pool of decoded images the trainer draws from."""
import glob, json, math, os, queue, random, threading, time
import cv2
import numpy as np
import torch
from join import as_lines

P_MAX, V_MAX = 320, 20            # polygons a slot (more: the smallest are dropped as ###), vertices a polygon


# ---------------------------------------------------------------- ICDAR2015 folders
def read_gt(path):
    """[(points [4,2], text)] from lines x1,y1,...,x4,y4,text; the text may hold commas, the file may begin with a byte-order mark."""
    out = []
    for line in open(path, encoding='utf-8-sig', errors='replace'):
        parts = line.rstrip('\r\n').split(',')
        try:
            out.append((np.array([float(v) for v in parts[:8]], np.float32).reshape(4, 2), ','.join(parts[8:])))
        except ValueError:
            continue
    return out


def list_folder(folder, split):
    """(image path, gt path) pairs of folder/{split}_list.txt, else of {split}_images with {split}_gts/gt_*.txt."""
    lst = os.path.join(folder, f'{split}_list.txt')
    pairs = []
    if os.path.exists(lst):
        for line in open(lst, encoding='utf-8'):
            p = line.rstrip('\n').rsplit(' ', 1)
            if len(p) == 2:
                pairs.append((os.path.join(folder, p[0]), os.path.join(folder, p[1])))
    else:
        for f in sorted(glob.glob(os.path.join(folder, f'{split}_images', '*'))):
            pairs.append((f, os.path.join(folder, f'{split}_gts', 'gt_' + os.path.splitext(os.path.basename(f))[0] + '.txt')))
    return [p for p in pairs if os.path.exists(p[0]) and os.path.exists(p[1])]


def read_reserved(path):
    """'set filename' a line; # comments. The names never to be trained on. A line 'set every test image ...' says that the
    names of this set are those of its official test part; its training part uses the same names for other pictures
    (ICDAR2015: img_1.jpg exists in both), so they must not be filtered by name."""
    rows = {tuple(l.split(None, 1)) for l in open(path, encoding='utf-8').read().splitlines() if l and l[0] != '#'} if path else set()
    own = {s for s, n in rows if n.startswith('every test image')}
    return {(s, n) for s, n in rows if s not in own}


# ---------------------------------------------------------------- polygons of an image -> slot arrays
def clip_rect(p, x0, y0, x1, y1):
    for k, s, lim in ((0, -1, x0), (0, 1, x1), (1, -1, y0), (1, 1, y1)):
        out, n = [], len(p)
        for i in range(n):
            a, b = p[i], p[(i + 1) % n]
            u, v = s * (a[k] - lim), s * (b[k] - lim)
            if u <= 0:
                out.append(a)
            if (u <= 0) != (v <= 0):
                t = u / (u - v); out.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
        p = out
        if len(p) < 3:
            return []
    return p


def shoelace(p):
    p = np.asarray(p, np.float64); q = np.roll(p, -1, 0)
    return abs(float((p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]).sum())) / 2


def slot_arrays(polys, ignore):
    """Fixed-size arrays; beyond P_MAX the smallest polygons are left out."""
    if len(polys) > P_MAX:
        order = sorted(range(len(polys)), key=lambda i: -shoelace(polys[i]))[:P_MAX]
        polys, ignore = [polys[i] for i in order], [ignore[i] for i in order]
    P = np.zeros((P_MAX, V_MAX, 2), np.float32); n = np.zeros(P_MAX, np.int32); g = np.zeros(P_MAX, np.uint8)
    for i, (p, k) in enumerate(zip(polys, ignore)):
        p = np.asarray(p, np.float32).reshape(-1, 2)[:V_MAX]
        P[i, :len(p)] = p; n[i] = len(p); g[i] = k
    return P, n, g


def real_slots(image, lines, size):
    """Cut a real image into slots of size x size: windows at its own scale and, when it is larger, the whole reduced.
    Yields (BGR image padded to size, polys, ignore). Lines cut by a window are clipped; remnants below 15 % become ###."""
    h, w = image.shape[:2]
    views = []
    def starts(n):
        if n <= size:
            return [0]
        k = math.ceil((n - size * 0.25) / (size * 0.75))
        return [round(i * (n - size) / max(1, k - 1)) for i in range(k)] if k > 1 else [0]
    views += [(1.0, x, y) for y in starts(h) for x in starts(w)]
    if max(w, h) > 1.15 * size:
        views.append((size / max(w, h), 0, 0))
    for s, x0, y0 in views:
        part = image if s == 1 else cv2.resize(image, (max(1, round(w * s)), max(1, round(h * s))), interpolation=cv2.INTER_AREA)
        part = part[y0:y0 + size, x0:x0 + size]
        ph, pw = part.shape[:2]
        polys, ignore = [], []
        for p, t in lines:
            q = [(float(x) * s - x0, float(y) * s - y0) for x, y in p]
            c = clip_rect(q, 0, 0, pw - 1, ph - 1)
            if len(c) < 3:
                continue
            a = shoelace(c)
            if a < 4:
                continue
            polys.append(c); ignore.append(int(t == '###' or a < 0.15 * shoelace(q)))
        if s == 1 and len(views) > 1 and not polys:
            continue
        full = np.zeros((size, size, 3), np.uint8); full[:ph, :pw] = part
        yield full, polys, ignore


# ---------------------------------------------------------------- the pool
class Pool:
    """Decoded images (uint8 BGR planes) and polygons on one device. Slots [0, real) hold real images and stay; the rest is a
    ring for synthetic images, newest over oldest. Threads decode; take() copies what is ready between two steps."""
    def __init__(self, size, synth, real, device, seed=0):
        n = synth + len(real)
        self.size, self.device, self.n_real, self.capacity, self.filled, self.head, self.seen = size, device, len(real), synth, 0, 0, 0
        self.images = torch.zeros(n, 3, size, size, dtype=torch.uint8, device=device)
        self.data = dict(polys=torch.zeros(n, P_MAX, V_MAX, 2, device=device), verts=torch.zeros(n, P_MAX, dtype=torch.int32, device=device),
                         ignore=torch.zeros(n, P_MAX, dtype=torch.uint8, device=device))
        self.valid = np.zeros((n, 2), np.float32)          # width, height of the picture inside its slot
        self.cpu = [None] * n                              # (polys, verts, ignore) for choosing crops
        self.real_weight = np.ones(len(real), np.float64)
        self.stage, self.turn = None, 0
        self.queue = queue.Queue(maxsize=256)
        for k, (img, polys, ignore, valid, weight) in enumerate(real):
            self._put([k], [(np.stack(cv2.split(img)), *slot_arrays(polys, ignore), valid)])
            self.real_weight[k] = weight
        if len(real):
            self.real_weight /= self.real_weight.sum()

    def _put(self, slots, items):
        idx = torch.tensor(slots, device=self.device)
        if self.device.type == 'cuda':                     # two pinned buffers in turn, so that copies overlap the backward pass
            if self.stage is None:
                self.stage = [(torch.empty(64, 3, self.size, self.size, dtype=torch.uint8).pin_memory(), torch.cuda.Event()) for _ in range(2)]
            buf, event = self.stage[self.turn]; self.turn ^= 1
            event.synchronize()
            for k, i in enumerate(items):
                buf[k].copy_(torch.from_numpy(i[0]))
            self.images[idx] = buf[:len(items)].to(self.device, non_blocking=True)
            event.record()
        else:
            for k, i in zip(slots, items):
                self.images[k].copy_(torch.from_numpy(i[0]))
        for name, k in (('polys', 1), ('verts', 2), ('ignore', 3)):
            t = torch.from_numpy(np.stack([i[k] for i in items]))
            self.data[name][idx] = t.pin_memory().to(self.device, non_blocking=True) if self.device.type == 'cuda' else t
        for s, i in zip(slots, items):
            self.cpu[s] = (i[1], i[2], i[3]); self.valid[s] = i[4]

    def watch(self, folder, threads=3, shuffle_seed=0, once=False):
        """Decode shards as they appear. Shards on disk already come first, in random order; the loop starts again from old
        shards when nothing new comes and the ring is not yet full."""
        todo, done, lock = [], set(), threading.Lock()
        rnd = random.Random(shuffle_seed)
        stop = self.stop = threading.Event()
        def scan():
            new = [f for f in glob.glob(os.path.join(folder, '**', '*.jsonl'), recursive=True) if f not in done]
            rnd.shuffle(new)
            for f in new:
                done.add(f); todo.append(f)
        def work():
            cv2.setNumThreads(1)
            while not stop.is_set():
                with lock:
                    if not todo:
                        scan()
                    f = todo.pop(0) if todo else None
                if f is None:
                    if once:
                        return
                    time.sleep(1); continue
                try:
                    self._shard(f, stop)
                except Exception as e:
                    print('shard', f, repr(e))
        self.threads = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
        for t in self.threads:
            t.start()

    def _shard(self, f, stop):
        blob = open(f[:-6] + '.bin', 'rb').read()
        for line in open(f, encoding='utf-8'):
            if stop.is_set():
                return
            e = json.loads(line)
            img = cv2.imdecode(np.frombuffer(blob, np.uint8, e['n'], e['o']), cv2.IMREAD_COLOR)
            if img is None or img.shape[0] > self.size or img.shape[1] > self.size:
                continue
            h, w = img.shape[:2]
            if (h, w) != (self.size, self.size):
                full = np.zeros((self.size, self.size, 3), np.uint8); full[:h, :w] = img; img = full
            item = (np.stack(cv2.split(img)), *slot_arrays(e['p'], e['i']), (w, h))
            while not stop.is_set():
                try:
                    self.queue.put(item, timeout=1); break
                except queue.Full:
                    pass

    def take(self, most=64, wait=0):
        """Move up to `most` decoded images into the ring."""
        items = []
        while len(items) < min(most, self.capacity):
            try:
                items.append(self.queue.get(timeout=wait) if wait and not items else self.queue.get_nowait())
            except queue.Empty:
                break
        if items:
            slots = [self.n_real + (self.head + k) % self.capacity for k in range(len(items))]
            self._put(slots, items)
            self.head = (self.head + len(items)) % self.capacity
            self.filled = min(self.capacity, self.filled + len(items)); self.seen += len(items)
        return len(items)


def load_real(specs, size, reserved=frozenset(), most=0, seed=7):
    """specs: 'FOLDER[:words][:xW]' -> slots. words = join words to lines; xW = weight of the set (default: square root of its
    number of slots, so that large sets do not drown small ones). Above `most` slots a set is thinned: first the windows of
    an image (two a picture at least), then whole pictures."""
    out, rnd = [], random.Random(seed)
    for spec in specs:
        parts = spec.split(':'); folder = parts[0]; name = os.path.basename(folder.rstrip('/'))
        weight = next((float(p[1:]) for p in parts[1:] if p[0] == 'x'), None)
        slots, skipped = [], 0
        pairs = list_folder(folder, 'train')
        rnd.shuffle(pairs)
        cap = max(2, -(-most // max(1, len(pairs)))) if most else 0
        for img, gt in pairs:
            if most and len(slots) >= most:
                break
            if (name, os.path.basename(img)) in reserved:
                skipped += 1; continue
            im = cv2.imread(img, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
            if im is None:
                continue
            lines = as_lines(read_gt(gt), parts[1:])
            h, w = im.shape[:2]
            views = list(real_slots(im, lines, size))
            for full, polys, ignore in (rnd.sample(views, cap) if cap and len(views) > cap else views):
                slots.append([full, polys, ignore, (min(w, size), min(h, size))])
        share = weight if weight is not None else math.sqrt(max(1, len(slots)))
        out += [(*s, share / len(slots)) for s in slots]
        print(f'real {name}: {len(pairs)} images ({skipped} reserved, left out), {len(slots)} slots, weight {share:.1f}', flush=True)
    return out


def load_val(specs, limit=0):
    """specs as above -> {set name: [(image, [(points, text)])]} from the test parts."""
    out = {}
    for spec in specs:
        parts = spec.split(':'); folder = parts[0]
        rows = []
        pairs = list_folder(folder, 'test')
        for img, gt in (pairs[:: max(1, len(pairs) // limit)][:limit] if limit else pairs):
            im = cv2.imread(img, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
            lines = read_gt(gt)
            if im is not None:
                rows.append((im, as_lines(lines, parts[1:])))
        out[os.path.basename(folder.rstrip('/'))] = rows
    return out
