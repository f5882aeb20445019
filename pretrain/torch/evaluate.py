"""Boxes from a probability map, and the ICDAR2015 rule (IoU > 0.5, one to one, ### = don't care), with OpenCV only."""
import cv2
import numpy as np
import torch
from net import normalise


def boxes_from_map(prob, binary=0.3, box=0.5, unclip=1.5, max_candidates=1000, min_side=3):
    """prob [h,w] float32 -> [(quad [4,2], score)]. The round offset of a rectangle has as smallest rectangle the rectangle
    grown by the distance on all sides, so no polygon offset is needed here."""
    h, w = prob.shape
    contours, _ = cv2.findContours((prob > binary).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    out = []
    for c in contours[:max_candidates]:
        (cx, cy), (a, b), ang = cv2.minAreaRect(c)
        if min(a, b) < min_side:
            continue
        q = cv2.boxPoints(((cx, cy), (a, b), ang))
        x0, y0 = np.clip(np.floor(q.min(0)), 0, [w - 1, h - 1]).astype(int); x1, y1 = np.clip(np.ceil(q.max(0)), 0, [w - 1, h - 1]).astype(int)
        m = np.zeros((y1 - y0 + 1, x1 - x0 + 1), np.uint8)
        cv2.fillPoly(m, [np.round(q - [x0, y0]).astype(np.int32)], 1)
        score = cv2.mean(prob[y0:y1 + 1, x0:x1 + 1], m)[0]
        if score < box:
            continue
        d = a * b * unclip / max(1e-6, 2 * (a + b))
        a, b = a + 2 * d, b + 2 * d
        if min(a, b) < min_side + 2:
            continue
        out.append((cv2.boxPoints(((cx, cy), (a, b), ang)), score))
    return out


def area(p):
    return abs(float(cv2.contourArea(p.astype(np.float32))))


def overlap(a, b):
    v, _ = cv2.intersectConvexConvex(a, b)
    return v


def match(gt, det):
    """gt [(points, text)], det [quad] -> matched, cared ground truth, cared detections."""
    hull = [cv2.convexHull(p.astype(np.float32)).reshape(-1, 2) for p, _ in gt]
    dets = [cv2.convexHull(q.astype(np.float32)).reshape(-1, 2) for q in det]
    ga, da = [area(p) for p in hull], [area(p) for p in dets]
    gb, db = [(p.min(0), p.max(0)) for p in hull], [(p.min(0), p.max(0)) for p in dets]
    care = [t != '###' for _, t in gt]
    dcare = [True] * len(dets)
    meet = lambda i, j: not (gb[i][0][0] > db[j][1][0] or db[j][0][0] > gb[i][1][0] or gb[i][0][1] > db[j][1][1] or db[j][0][1] > gb[i][1][1])
    for j in range(len(dets)):
        for i in range(len(gt)):
            if not care[i] and meet(i, j) and da[j] > 0 and overlap(hull[i], dets[j]) / da[j] > 0.5:
                dcare[j] = False; break
    used, hits = set(), 0
    for i in range(len(gt)):
        if not care[i]:
            continue
        for j in range(len(dets)):
            if dcare[j] and j not in used and meet(i, j):
                v = overlap(hull[i], dets[j])
                if v / max(1e-9, ga[i] + da[j] - v) > 0.5:
                    used.add(j); hits += 1; break
    return hits, sum(care), sum(dcare)


def prepare(image, limit):
    """Longer side at most `limit`, never enlarged; padded right and below to multiples of 32 (the product may resize instead)."""
    h, w = image.shape[:2]
    s = min(1.0, limit / max(h, w))
    im = image if s == 1 else cv2.resize(image, (max(1, round(w * s)), max(1, round(h * s))), interpolation=cv2.INTER_AREA)
    ph, pw = -(-im.shape[0] // 32) * 32, -(-im.shape[1] // 32) * 32
    return cv2.copyMakeBorder(im, 0, ph - im.shape[0], 0, pw - im.shape[1], cv2.BORDER_CONSTANT), s


@torch.no_grad()
def predict(net, image, device, limit=1280, amp=False):
    im, s = prepare(image, limit)
    x = normalise(torch.from_numpy(im.transpose(2, 0, 1)[None].astype(np.float32)).to(device))
    x = x.to(memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16, enabled=amp):
        z = net(x)
    p = torch.sigmoid(z.float())[0, 0].cpu().numpy()
    h, w = round(image.shape[0] * s), round(image.shape[1] * s)
    return p[:h, :w], s


def score(rows):
    """Sum (hits, gt, det) -> P, R, H."""
    m, g, d = (sum(r[k] for r in rows) for k in range(3))
    p, r = m / d if d else 0.0, m / g if g else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def evaluate(net, sets, device, limit=1280, binary=0.3, box=0.5, unclip=1.5, grid=None, keep=None, amp=False):
    """sets from data.load_val. Returns {set: {p, r, h, images}} and the mean H; with grid also the best (binary, box)."""
    was = net.training
    net.eval()
    out, tries = {}, {}
    for name, rows in sets.items():
        counts = []
        for image, gt in rows:
            prob, s = predict(net, image, device, limit, amp)
            det = boxes_from_map(prob, binary, box, unclip)
            counts.append(match(gt, [q / s for q, _ in det]))
            if keep is not None and len(keep.setdefault(name, [])) < 4:
                keep[name].append((image, gt, [q / s for q, _ in det]))
            for b, t in grid or ():
                if t < b:
                    continue
                tries.setdefault((b, t), {}).setdefault(name, []).append(match(gt, [q / s for q, c in boxes_from_map(prob, b, t, unclip)]))
        p, r, h = score(counts)
        out[name] = dict(p=round(p, 4), r=round(r, 4), h=round(h, 4), images=len(rows), gt=sum(c[1] for c in counts), det=sum(c[2] for c in counts))
    mean = float(np.mean([v['h'] for v in out.values()])) if out else 0.0
    best = None
    if tries:
        k, v = max(((k, float(np.mean([score(c)[2] for c in v.values()]))) for k, v in tries.items()), key=lambda e: (e[1], e[0][1]))
        best = dict(binary=k[0], box=k[1], mean_h=round(v, 4), sets={n: [round(x, 4) for x in score(c)] for n, c in tries[k].items()})
    net.train(was)
    return out, mean, best
