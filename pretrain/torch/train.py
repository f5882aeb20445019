#!/usr/bin/env python3
"""Train DBNet from scratch (or go on from a state or from weights) within a time or step budget.

  train.py --out DIR --shards DIR --real FOLDER[:words|:gaps][:xW] ... --val FOLDER[:words] ... --minutes 18
The same call again continues from DIR/state.pt (weights, EMA, optimiser, random states, clock). See README.md."""
import argparse, collections, json, math, os, signal, sys, time
import cv2
import numpy as np
import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kernels
from augment import crop_params, photometric
from data import Pool, load_real, load_val, read_reserved
from lazy import Lazy
from evaluate import evaluate
from loss import db_loss
from net import DBNet, normalise
from parts import split
from sheet import draw, tile

a = argparse.ArgumentParser()
a.add_argument('--out', required=True)
a.add_argument('--shards', default=None)
a.add_argument('--real', nargs='*', default=[])
a.add_argument('--val', nargs='*', default=[])
a.add_argument('--reserved', default=None, help='file of "set name" lines never to be trained on')
a.add_argument('--weights', default=None, help='start from these weights (.pth, 158 entries)')
a.add_argument('--minutes', type=float, default=0, help='training clock, all commands together, without loading')
a.add_argument('--steps', type=int, default=0, help='instead of --minutes')
a.add_argument('--stop-after', type=float, default=0, help='leave after this many minutes of this command; state is kept')
a.add_argument('--stop-step', type=int, default=0, help='leave after this step; state is kept (tests)')
a.add_argument('--stages', default='0:640x64', help='from this share of the budget: crop x batch, e.g. 0:512x96,0.4:640x64')
a.add_argument('--real-share', default='0:0.15,0.5:0.3,0.85:0.5', help='share of real crops by progress')
a.add_argument('--batch-norm', default='batch', choices=('batch', 'frozen'), help='frozen keeps the running statistics of --weights; scale and shift are trained')
a.add_argument('--optimiser', default='adamw', choices=('adamw', 'sgd'))
a.add_argument('--lr', type=float, default=1.5e-3)
a.add_argument('--min-lr', type=float, default=0.01, help='share of lr at the end')
a.add_argument('--decay', type=float, default=0.02)
a.add_argument('--warmup', type=int, default=300)
a.add_argument('--clip', type=float, default=5.0)
a.add_argument('--ema', type=float, default=0.999)
a.add_argument('--pool', type=int, default=0, help='synthetic slots; 0 = what the device memory allows')
a.add_argument('--slot', type=int, default=768)
a.add_argument('--start-at', type=int, default=512, help='begin when so many synthetic images are decoded')
a.add_argument('--readers', type=int, default=3)
a.add_argument('--refresh', type=int, default=0, help='new images taken into the pool a step at most; 0 = 64 with a GPU, half a batch without')
a.add_argument('--scale', type=float, nargs=2, default=(0.5, 2.2))
a.add_argument('--text-height', type=float, default=0, help='small text of a picture about so many pixels high in a crop; 0 = by --scale')
a.add_argument('--large-text', type=float, default=0, help='with --text-height: share of crops in which it is much higher')
a.add_argument('--turned', type=float, default=0, help='share of crops turned by a multiple of 90 degrees or any angle, beside the small turns of all')
a.add_argument('--augment', type=float, default=1.0)
a.add_argument('--min-text', type=float, default=8.0, help='thinner text is masked')
a.add_argument('--val-every', type=float, default=3, help='minutes')
a.add_argument('--val-max', type=int, default=0)
a.add_argument('--val-limit', type=int, default=1280)
a.add_argument('--save-every', type=float, default=2, help='minutes')
a.add_argument('--snapshot-every', type=float, default=0, help='minutes; averaged weights of then, kept in OUT/snapshots; 0 = none')
a.add_argument('--binary', type=float, default=0.3)
a.add_argument('--box', type=float, default=0.5)
a.add_argument('--unclip', type=float, default=1.5)
a.add_argument('--compile', action='store_true')
a.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
a.add_argument('--amp', default='auto', choices=('auto', 'on', 'off'), help='bfloat16: on a GPU, and on processors with AVX512-BF16 or AMX')
a.add_argument('--real-max', type=int, default=400, help='slots of one set at most (1.8 MB each)')
a.add_argument('--clock', default='wall', choices=('wall', 'cpu'), help='cpu: minutes of processor time by threads, so that waiting for a busy machine does not use up the schedule')
a.add_argument('--threads', type=int, default=0)
a.add_argument('--seed', type=int, default=1)
a.add_argument('--once', action='store_true', help='read the shards once, wait for all, one reader: reproducible')
a.add_argument('--no-final', action='store_true')
a.add_argument('--finish', action='store_true', help='no training: final evaluation and export of the saved state')
o = a.parse_args()

dev = torch.device(o.device)
cuda = dev.type == 'cuda'
if o.threads:
    torch.set_num_threads(o.threads)
def has_bf16():
    try:
        return any(f in open('/proc/cpuinfo').read() for f in ('avx512_bf16', 'amx_bf16')) and int(torch.__version__.split('.')[0]) >= 2
    except OSError:
        return False
amp = o.amp == 'on' or o.amp == 'auto' and (cuda or has_bf16())
os.makedirs(o.out, exist_ok=True)
log = open(os.path.join(o.out, 'log.jsonl'), 'a')
def say(**e):
    e['clock'] = round(clock(), 1)
    line = json.dumps(e)
    log.write(line + '\n'); log.flush(); print(line, flush=True)
state_path = os.path.join(o.out, 'state.pt')
begun = time.time()
base_clock, run_begin = 0.0, None
now = lambda: time.process_time() / max(1, torch.get_num_threads()) if o.clock == 'cpu' else time.time()
clock = lambda: base_clock + (now() - run_begin if run_begin else 0.0)
plan = lambda text, kind: [(float(p.split(':')[0]), kind(p.split(':')[1])) for p in text.split(',')]
def at(table, x):
    v = table[0][1]
    for t, w in table:
        if x >= t:
            v = w
    return v
stages = plan(o.stages, lambda s: tuple(int(v) for v in s.split('x')))
shares = plan(o.real_share, float)

torch.manual_seed(o.seed)
rng = np.random.default_rng(o.seed)
if cuda:
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
net = DBNet()
if o.weights:
    w = torch.load(o.weights, map_location='cpu')
    print(net.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in w.items()}))
net = net.to(dev).to(memory_format=torch.channels_last)
params = [p for p in net.parameters()]
groups = [dict(params=[p for p in params if p.ndim == 4], weight_decay=o.decay if o.optimiser == 'adamw' else 1e-4),
          dict(params=[p for p in params if p.ndim != 4], weight_decay=0.0)]
if o.optimiser == 'adamw':
    extra = dict(fused=True) if cuda and int(torch.__version__.split('.')[0]) >= 2 else {}
    opt = torch.optim.AdamW(groups, lr=o.lr, betas=(0.9, 0.99), **extra)
else:
    opt = torch.optim.SGD(groups, lr=o.lr, momentum=0.9, nesterov=True)
ema = DBNet().to(dev).to(memory_format=torch.channels_last)
ema.load_state_dict(net.state_dict())
floats = lambda m: [t for t in m.state_dict().values() if t.is_floating_point()]
ema_t, net_t = floats(ema), floats(net)
step = 0
if os.path.exists(state_path):
    s = torch.load(state_path, map_location='cpu', **({'weights_only': False} if int(torch.__version__.split('.')[0]) >= 2 else {}))
    net.load_state_dict(s['net']); ema.load_state_dict(s['ema']); opt.load_state_dict(s['opt'])
    step, base_clock = s['step'], s['clock']
    rng.bit_generator.state = s['rng']; torch.set_rng_state(s['torch'])
    if cuda and s.get('cuda') is not None:
        torch.cuda.set_rng_state(s['cuda'])
    say(event='resumed', step=step)

rng_before = None          # state before the batch that is drawn ahead, so that resuming draws it again
def save():
    s = dict(net=net.state_dict(), ema=ema.state_dict(), opt=opt.state_dict(), step=step, clock=clock(), rng=rng_before or rng.bit_generator.state,
             torch=torch.get_rng_state(), cuda=torch.cuda.get_rng_state() if cuda else None)
    torch.save(s, state_path + '.tmp'); os.replace(state_path + '.tmp', state_path)

# Running statistics stay in 32 bits: variances behind the transposed convolutions exceed 65,504.
half = lambda w: collections.OrderedDict((k, v.half() if v.is_floating_point() and 'running_' not in k else v) for k, v in w.items())
def averaged():
    """EMA weights in the 158-entry form."""
    w = collections.OrderedDict((k, v.detach().cpu().contiguous().clone()) for k, v in ema.state_dict().items())
    for k, v in net.state_dict().items():
        if k.endswith('num_batches_tracked'):
            w[k] = v.detach().cpu().clone()
    assert len(w) == 158
    return w

def export():
    """The averaged weights in both precisions, with parts."""
    w = averaged()
    torch.save(w, os.path.join(o.out, 'weights_fp32.pth'))
    torch.save(half(w), os.path.join(o.out, 'weights_fp16.pth'))
    for n in ('weights_fp32.pth', 'weights_fp16.pth'):
        split(os.path.join(o.out, n), o.out)

def snapshot():
    folder = os.path.join(o.out, 'snapshots')
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f'step-{step:06d}.pth')
    torch.save(half(averaged()), path + '.tmp'); os.replace(path + '.tmp', path)
    say(event='snapshot', step=step)

val = load_val(o.val, o.val_max)
def validate(final=False):
    keep = {} if final else None
    grid = [(b, t) for b in (0.2, 0.3, 0.4) for t in (0.3, 0.4, 0.5, 0.6, 0.7)] if final else None
    t = time.time()
    if cuda:
        torch.backends.cudnn.benchmark = False             # every picture has its own size: no tuning for each
    sets, mean, best = evaluate(ema, val, dev, o.val_limit, o.binary, o.box, o.unclip, grid, keep, amp and not final)
    if cuda:
        torch.backends.cudnn.benchmark = True
    say(event='final' if final else 'val', step=step, mean_h=round(mean, 4), sets=sets, best=best, seconds=round(time.time() - t, 1))
    if final:
        pictures, caps = [], []
        for name, rows in keep.items():
            for image, gt, det in rows:
                im = draw(image.copy(), [p for p, _ in gt], [t == '###' for _, t in gt])
                pictures.append(draw(im, det, [0] * len(det), (255, 64, 0))); caps.append(name)
        if pictures:
            cv2.imwrite(os.path.join(o.out, 'predictions.jpg'), tile(pictures, 512, 4, caps), [cv2.IMWRITE_JPEG_QUALITY, 80])
        json.dump(dict(step=step, clock=clock(), sets=sets, mean_h=mean, best=best), open(os.path.join(o.out, 'final.json'), 'w'), indent=1)
    return mean

def progress():
    return min(1.0, step / o.steps if o.steps else clock() / (o.minutes * 60))

if not o.finish and not cuda:
    source = Lazy(o.shards, o.real, read_reserved(o.reserved))
    say(event='pool', synth=len(source.synth), real=sum(map(len, source.sets)), seconds=round(time.time() - begun, 1))
elif not o.finish:
    real = load_real(o.real, o.slot, read_reserved(o.reserved), o.real_max)
    n = o.pool
    if not n:
        free = torch.cuda.mem_get_info()[0] if cuda else os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
        n = max(256, int(free * (0.45 if cuda else 0.3) / (3 * o.slot ** 2 + 60000)))
        n = min(n, 40000)
    pool = Pool(o.slot, n if o.shards else 0, real, dev)
    if o.shards:
        pool.watch(o.shards, 1 if o.once else o.readers, once=o.once)
        while pool.filled < min(o.start_at, n) or o.once:
            got = pool.take(64, wait=2)
            if o.once and not got and not any(t.is_alive() for t in pool.threads):
                break
    say(event='pool', capacity=n, filled=pool.filled, real=len(real), seconds=round(time.time() - begun, 1))
if not o.finish:
    fwd_net = torch.compile(net, dynamic=False) if o.compile else net
    net.train()
    if o.batch_norm == 'frozen':
        for m in net.modules():
            if isinstance(m, torch.nn.BatchNorm2d):
                m.eval()
    stopping = []
    for s in (signal.SIGTERM, signal.SIGINT):
        signal.signal(s, lambda *_: stopping.append(1))
    run_begin = now()
    last_save, last_val, last_say, seen, bad = time.time(), clock(), time.time(), 0, 0
    last_snapshot = time.time()
    sums = collections.Counter()
    def next_crops():
        """The next batch's pictures and crops; made while the GPU is busy with the step before."""
        global rng_before
        rng_before = rng.bit_generator.state
        x = progress()
        size, batch = at(stages, x)
        share = (at(shares, x) if o.shards else 1.0) if o.real else 0.0
        if not cuda:
            return x, size, batch, None, source.batch(size, rng.random(batch) < share, rng, o.scale, o.augment, o.min_text, o.text_height, o.large_text, o.turned)
        r = int((rng.random(batch) < share).sum()) if 0 < share < 1 else int(batch * share)
        slots = [int(v) for v in rng.choice(len(real), r, p=pool.real_weight)] if r else []
        slots += [int(v) for v in pool.n_real + rng.integers(0, pool.filled, batch - r)] if batch - r else []
        return x, size, batch, slots, crop_params(pool, slots, size, rng, o.scale, o.augment, o.text_height, o.large_text, o.turned)
    ahead = None
    while progress() < 1.0 and not stopping:
        x, size, batch, slots, drawn = ahead or next_crops()
        with torch.no_grad():
            if cuda:
                fwd, inv, sub, fill = drawn
                idx = torch.tensor(slots, dtype=torch.int32)
                img = kernels.warp(pool.images, idx.to(dev), inv.to(dev), sub.to(dev), fill.to(dev), size, size)
                maps = kernels.targets(pool.data, idx, fwd, size, size, o.min_text)
            else:
                img, maps = drawn
            img = normalise(photometric(img, rng, o.augment)).contiguous(memory_format=torch.channels_last)
        # lr: linear warm-up in steps, cosine over the budget
        lr = o.lr * min(1.0, (step + 1) / max(1, o.warmup)) * (o.min_lr + (1 - o.min_lr) * 0.5 * (1 + math.cos(math.pi * x)))
        for g in opt.param_groups:
            g['lr'] = lr
        with torch.autocast(dev.type, torch.bfloat16, enabled=amp):
            zp, zt = fwd_net(img)
        total, parts = db_loss(zp, zt, *maps)
        opt.zero_grad(set_to_none=True)
        value, *parts = torch.stack([total.detach(), parts['bce'], parts['l1'], parts['dice']]).tolist()
        if not math.isfinite(value):
            bad += 1
            say(event='skip', step=step, reason='loss not finite')
            if bad > 20:
                sys.exit('too many bad steps')
            ahead = None
            continue
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(params, o.clip)
        opt.step()
        with torch.no_grad():
            d = min(o.ema, (1 + step) / (10 + step))
            torch._foreach_mul_(ema_t, d); torch._foreach_add_(ema_t, net_t, alpha=1 - d)
        step += 1; seen += batch
        sums['n'] += 1; sums['loss'] += value
        for k, v in zip(('bce', 'l1', 'dice'), parts):
            sums[k] += v
        if cuda and o.shards and not o.once:
            pool.take(o.refresh or (64 if cuda else max(1, batch // 2)))
        ahead = next_crops()
        if time.time() - last_say > 10 or step <= 3 or step % 50 == 0:
            dt = time.time() - last_say
            say(step=step, lr=round(lr, 6), size=size, batch=batch, crops_per_s=round(seen / max(dt, 1e-3), 1), norm=round(float(norm), 3), **(dict(filled=pool.filled, synth_seen=pool.seen) if cuda else {}),
                mem=round(torch.cuda.max_memory_allocated() / 2 ** 30, 1) if cuda else 0, **{k: round(v / sums['n'], 4) for k, v in sums.items() if k != 'n'})
            last_say, seen = time.time(), 0; sums.clear()
        if time.time() - last_save > o.save_every * 60:
            save(); last_save = time.time()
            if not cuda:
                source.scan()
        if o.snapshot_every and time.time() - last_snapshot > o.snapshot_every * 60:
            snapshot(); last_snapshot = time.time()
        if val and clock() - last_val > o.val_every * 60:
            pause = time.time()
            validate(); export()
            if not cuda:
                source.scan()
            last_val = clock()
        if o.stop_after and time.time() - begun > o.stop_after * 60 or o.stop_step and step >= o.stop_step:
            break
    if cuda and o.shards:
        pool.stop.set()
    save()
    say(event='stopped', step=step, progress=round(progress(), 4))
export()
if val and not o.no_final and (o.finish or progress() >= 1.0):
    validate(final=True)
say(event='end', step=step)
