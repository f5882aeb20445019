"""Pictures decoded when a crop is drawn from them: for trainers on a processor, where a step takes seconds, decoding
milliseconds and memory is shared with others. A pool of decoded pictures (data.Pool) is for GPUs."""
import glob, json, math, os
import cv2
import numpy as np
import torch
import kernels
from augment import crop_params
from data import P_MAX, V_MAX, list_folder, read_gt, slot_arrays
from join import as_lines


class Lazy:
    def __init__(self, shards, specs, reserved):
        self.synth, self.shards, self.seen = [], shards, set()
        self.sets, self.weights = [], []
        for spec in specs:
            parts = spec.split(':'); folder = parts[0]; name = os.path.basename(folder.rstrip('/'))
            rows = []
            for img, gt in list_folder(folder, 'train'):
                if (name, os.path.basename(img)) in reserved:
                    continue
                lines = read_gt(gt)
                rows.append((img, as_lines(lines, parts[1:])))
            self.sets.append(rows)
            self.weights.append(next((float(p[1:]) for p in parts[1:] if p[0] == 'x'), math.sqrt(len(rows))))
            print(f'real {name}: {len(rows)} images, weight {self.weights[-1]:.1f}', flush=True)
        self.weights = np.array(self.weights) / max(1e-9, sum(self.weights))
        self.scan()

    def scan(self):
        """Shards may be added while training goes on."""
        for f in sorted(glob.glob(os.path.join(self.shards, '**', '*.jsonl'), recursive=True)) if self.shards else ():
            if f not in self.seen:
                self.seen.add(f)
                self.synth += [(f[:-6] + '.bin', json.loads(line)) for line in open(f, encoding='utf-8')]

    def _draw(self, real, rng):
        while True:
            if real:
                rows = self.sets[int(rng.choice(len(self.sets), p=self.weights))]
                path, lines = rows[int(rng.integers(len(rows)))]
                img = cv2.imread(path, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
                polys, ignore = [p for p, _ in lines], [int(t == '###') for _, t in lines]
            else:
                path, e = self.synth[int(rng.integers(len(self.synth)))]
                with open(path, 'rb') as f:
                    f.seek(e['o']); blob = f.read(e['n'])
                img = cv2.imdecode(np.frombuffer(blob, np.uint8), cv2.IMREAD_COLOR)
                polys, ignore = e['p'], e['i']
            if img is not None:
                return img, slot_arrays(polys, ignore)

    def batch(self, size, flags, rng, scale, strong, min_text, text_height=0.0, large_text=0.0, turned=0.0):
        """flags: one truth value a crop, real or synthetic. Returns pixels [B,3,size,size] and the four maps."""
        drawn = [self._draw(f, rng) for f in flags]
        self.valid = [(i.shape[1], i.shape[0]) for i, _ in drawn]
        self.cpu = [a for _, a in drawn]
        fwd, inv, sub, fill = crop_params(self, range(len(drawn)), size, rng, scale, strong, text_height, large_text, turned)
        px = torch.cat([kernels.warp(torch.from_numpy(np.ascontiguousarray(i.transpose(2, 0, 1)))[None], torch.zeros(1, dtype=torch.int32),
                                     inv[k:k + 1], sub[k:k + 1], fill[k:k + 1], size, size) for k, (i, _) in enumerate(drawn)])
        data = dict(polys=torch.from_numpy(np.stack([a[0] for a in self.cpu])), verts=torch.from_numpy(np.stack([a[1] for a in self.cpu])),
                    ignore=torch.from_numpy(np.stack([a[2] for a in self.cpu])))
        return px, kernels.targets(data, torch.arange(len(drawn), dtype=torch.int32), fwd, size, size, min_text)
