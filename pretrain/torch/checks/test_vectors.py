#!/usr/bin/env python3
"""test_vectors.py REFERENCE_DIR: network, loss, targets and keys against the reference vectors."""
import json, math, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import numpy as np
import torch
from net import DBNet
from loss import db_loss, hard_negative_sum
import kernels

ref = sys.argv[1]
load = lambda n: json.load(open(os.path.join(ref, n)))
keys = load('state-dict-keys.json')
def listing(o):
    """The key list, whatever its spelling: [[name, shape]] or [{key/name, shape}] or {name: shape}."""
    if isinstance(o, dict):
        return [(k, list(v)) for k, v in o.items()]
    return [(e[0], list(e[1])) if isinstance(e, list) else (e.get('key', e.get('name')), list(e['shape'])) for e in o]
want = listing(keys['inference'])
net = DBNet()
have = [(k, list(v.shape)) for k, v in net.state_dict().items()]
assert have == want, [x for x in zip(have, want) if x[0] != x[1]][:5]
print('keys: 158 names, shapes and order equal', len(have))

# ---- network
nv = load('network-vector.json')
def u(numel, j):
    h = ((np.arange(1, numel + 1, dtype=np.uint64) * 2654435761 + j * 40503) & 0xFFFFFFFF)
    h ^= h >> np.uint64(16); h = h * 2246822507 & 0xFFFFFFFF
    h ^= h >> np.uint64(13); h = h * 3266489909 & 0xFFFFFFFF
    h ^= h >> np.uint64(16)
    return h.astype(np.float64) / 2.0 ** 32
state, j = {}, 0
for k, shape in want:
    if k.endswith('num_batches_tracked'):
        state[k] = torch.tensor(0); continue
    n = int(np.prod(shape)); a = u(n, j); j += 1
    if len(shape) == 4:
        a = (2 * a - 1) * math.sqrt(6 / (n / shape[0])) * (0.05 if k.endswith('.6.weight') else 1)
    elif k.endswith('running_var'): a = 0.5 + a
    elif k.endswith('running_mean'): a = 0.2 * a - 0.1
    elif k.endswith('.weight'): a = 0.8 + 0.4 * a
    elif k.startswith('decoder') and k.split('.')[-2] in '36': a = 0.1 * a - 0.05
    else: a = 0.2 * a - 0.1
    state[k] = torch.from_numpy(a.reshape(shape))
net = DBNet().double(); net.load_state_dict(state)
N, H, W = 2, 64, 96
n, c, y, x = np.meshgrid(range(N), range(3), range(H), range(W), indexing='ij')
inp = torch.from_numpy(0.5 * np.sin(0.05 * x + 0.11 * y + c + 0.3 * n) + 0.2 * np.sin(0.9 * x - 0.7 * y))
net.eval()
with torch.no_grad():
    p = torch.sigmoid(net(inp))
for k, v in nv['float64']['prob_at'].items():
    i, yy, xx = map(int, k.split(','))
    assert abs(p[i, 0, yy, xx].item() - v) < 1e-6, (k, p[i, 0, yy, xx].item(), v)
print('network forward: equal to 1e-6')
gt, mask, tmask = np.zeros((N, H, W)), np.ones((N, H, W)), np.zeros((N, H, W))
gt[0, 10:22, 8:60] = 1; gt[1, 30:40, 20:90] = 1; mask[0, 40:50, 60:90] = 0
tmask[0, 6:26, 4:64] = 1; tmask[1, 26:44, 16:94] = 1
yy, xx = np.mgrid[0:H, 0:W]
tmap = np.broadcast_to(0.3 + 0.4 * np.abs(np.sin(0.2 * xx + 0.3 * yy)), (N, H, W))
for dtype, values, tol in ((torch.float64, [s['loss'] for s in nv['float64']['train_steps']], 2e-5), (torch.float32, nv['float32_losses'], 3e-4)):
    net = DBNet().to(dtype); net.load_state_dict({k: v.to(dtype) if v.is_floating_point() else v for k, v in state.items()}); net.train()
    opt = torch.optim.SGD(net.parameters(), lr=0.007, momentum=0.9, weight_decay=1e-4)
    T = [torch.tensor(np.ascontiguousarray(a), dtype=torch.float32) for a in (gt, mask, tmap, tmask)]
    for step, v in enumerate(values):
        zp, zt = net(inp.to(dtype))
        total, _ = db_loss(zp, zt, *T)
        opt.zero_grad(); total.backward(); opt.step()
        assert abs(total.item() - v) < tol * 6, (dtype, step, total.item(), v)
        print('  step', step, dtype, round(total.item(), 6), 'expected', v)

# ---- loss vector
lv = load('loss-vector.json')
i = np.arange(128, dtype=np.float64)
prob, th, tm = 0.5 + 0.45 * np.sin(0.37 * i + 0.2), 0.5 + 0.2 * np.cos(0.53 * i), 0.3 + 0.4 * np.abs(np.sin(0.29 * i))
g, m, q = np.zeros((2, 8, 8)), np.ones((2, 8, 8)), np.zeros((2, 8, 8))
g[0, 2:5, 1:6] = 1; g[1, 3:6, 2:4] = 1; m[0, 6:, 5:] = 0; m[1, 0] = 0; q[0, 1:6, 0:7] = 1; q[1, 2:7, 1:5] = 1
t = lambda a: torch.tensor(a.reshape(2, 8, 8), dtype=torch.float32)
logit = lambda a: t(np.log(a / (1 - a)))
total, parts = db_loss(logit(prob), logit(th), t(g), t(m), t(tm), t(q))
e = lv['mhliao']
for k in ('bce', 'l1', 'dice'):
    assert abs(parts[k].item() - e[k]) < 2e-6, (k, parts[k].item(), e[k])
assert abs(total.item() - e['total_dice_plus_10l1_plus_5bce']) < 1e-5
print('loss vector: equal', total.item())
# the histogram form of the hard negatives against the exact one
torch.manual_seed(0)
v = torch.nn.functional.softplus(torch.randn(300000) * 3 - 6)
for k in (10, 1000, 50000, 250000, 300000):
    a, b = v.topk(k).values.sum().item(), hard_negative_sum(v, k, exact_below=0).item()
    assert abs(a - b) < 2e-3 * a, (k, a, b)
print('hard negatives by histogram: within 0.2 %')

# ---- target vector
tv = load('target-vector.json')
w, h = tv['width'], tv['height']
P, V = 8, 16
pool = dict(polys=torch.zeros(1, P, V, 2), verts=torch.zeros(1, P, dtype=torch.int32), ignore=torch.zeros(1, P, dtype=torch.uint8))
for i, poly in enumerate(tv['polygons']):
    pool['polys'][0, i, :len(poly['points'])] = torch.tensor(poly['points'], dtype=torch.float32)
    pool['verts'][0, i] = len(poly['points']); pool['ignore'][0, i] = int(poly['ignore'])
for name, size in (('mhliao_min8', 8), ('modelscope_min6', 6)):
    r = tv['results'].get(name) or next(v for k, v in tv['results'].items() if k.startswith(name[:6]))
    gt, mask, tmap, tmask = kernels.targets(pool, torch.zeros(1), torch.eye(3)[None], w, h, size)
    got = dict(gt=int(gt.sum()), mask_zeros=int((mask == 0).sum()), tmask=int(tmask.sum()))
    print('targets', name, got, {k: v for k, v in r.items() if isinstance(v, (int, float))})
    samples = r.get('thresh_map_at', {})
    if samples:
        err = [abs(tmap[0, int(k.split(',')[1]), int(k.split(',')[0])].item() - v) for k, v in samples.items()]
        print('  thresh_map: largest difference', max(err), 'mean', sum(err) / len(err), 'of', len(err))
