#!/usr/bin/env python3
"""What the trainer sees: show_batch.py --shards DIR [--real FOLDER[:words]...] --out sheet.png: crops with shrink map (green),
border map (red by value) and masked areas (blue)."""
import argparse, os, sys
import cv2, numpy as np, torch
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kernels
from augment import crop_params, photometric
from data import Pool, load_real
from sheet import tile
a = argparse.ArgumentParser()
a.add_argument('--shards'); a.add_argument('--real', nargs='*', default=[]); a.add_argument('--out', required=True)
a.add_argument('--n', type=int, default=20); a.add_argument('--size', type=int, default=512); a.add_argument('--seed', type=int, default=0)
o = a.parse_args()
pool = Pool(768, 64 if o.shards else 0, load_real(o.real, 768, most=40), torch.device('cpu'))
if o.shards:
    pool.watch(o.shards, 1, once=True)
    while pool.filled < 64 and pool.take(64, wait=3):
        pass
    pool.stop.set()
rng = np.random.default_rng(o.seed)
slots = list(rng.integers(0, pool.n_real + pool.filled, o.n))
fwd, inv, sub, fill = crop_params(pool, slots, o.size, rng)
idx = torch.tensor(slots, dtype=torch.int32)
img = photometric(kernels.warp(pool.images, idx, inv, sub, fill, o.size, o.size), rng)
gt, mask, tmap, tmask = kernels.targets(pool.data, idx, fwd, o.size, o.size, 8)
out = []
for k in range(o.n):
    im = img[k].numpy().transpose(1, 2, 0) * 0.6
    im[..., 1] += 100 * gt[k].numpy(); im[..., 2] += 100 * ((tmap[k].numpy() - 0.3) / 0.4) * tmask[k].numpy(); im[..., 0] += 100 * (1 - mask[k].numpy())
    out.append(np.clip(im, 0, 255).astype(np.uint8))
cv2.imwrite(o.out, tile(out, o.size, 5))
