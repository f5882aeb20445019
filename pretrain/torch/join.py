"""Words to lines, for sets that mark words while the base model finds lines (as pretrain/join-words.ts)."""
import math
import cv2
import numpy as np


def as_lines(words, flags):
    """Words [(points, text)] as the flags of a set say: `words` joins them, `gaps` adds don't-care between those of a line."""
    if 'words' in flags:
        return join_words(words)
    return [*words, *gaps_between(words)] if 'gaps' in flags else words


def oriented(points):
    """Centre, unit direction along the text, length, height. The direction is that of the edge from point 1 to point 2."""
    q = points if len(points) == 4 else cv2.boxPoints(cv2.minAreaRect(points))
    d = (q[1] - q[0] + q[2] - q[3]) / 2
    n = (q[3] - q[0] + q[2] - q[1]) / 2
    length, height = float(np.hypot(*d)), float(np.hypot(*n))
    if length < 1e-3:
        d, length = np.array([1.0, 0.0], np.float32), 1e-3
    return q.mean(0), d / np.hypot(*d), length, max(height, 1e-3)


def groups_of(words, gap=0.9, shift=0.4, ratio=2.0, angle=15):
    """Numbers of the words [(points, text)] of each line, and what `oriented` says of them. Two readable words belong together
    when their directions differ by less than `angle` degrees, their heights by less than `ratio`, their centres lie within
    `shift` heights of one baseline and the clear space between them is less than `gap` heights (and not a deep overlap). ###
    stay alone. Single-character or upright words taller than long take the direction of their partner."""
    info = [oriented(p) for p, _ in words]
    care = [t != '###' for _, t in words]
    parent = list(range(len(words)))
    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]; i = parent[i]
        return i
    order = [i for i in range(len(words)) if care[i]]
    if order:
        centre = np.array([info[i][0] for i in order])
    for a, i in enumerate(order):
        ci, di, li, hi = info[i]
        reach = np.abs(centre - ci).max(1)
        for b in np.nonzero(reach < li + hi * 12)[0]:
            j = order[b]
            if j <= i:
                continue
            cj, dj, lj, hj = info[j]
            long_i, long_j = li > 1.3 * hi, lj > 1.3 * hj
            d = di if li / hi >= lj / hj else dj
            if long_i and long_j and abs(float(di[0] * dj[1] - di[1] * dj[0])) > math.sin(math.radians(angle)):
                continue
            if float(di @ dj) < 0 and long_i and long_j:
                continue
            h = (hi + hj) / 2
            if max(hi, hj) / min(hi, hj) > ratio:
                continue
            v = cj - ci
            along, across = abs(float(v @ d)), abs(float(v[0] * d[1] - v[1] * d[0]))
            space = along - (li + lj) / 2
            if across < shift * h and -0.5 * h < space < gap * h and along > 0.4 * (li + lj) / 2:
                parent[root(i)] = root(j)
    groups = {}
    for i in range(len(words)):
        groups.setdefault(root(i) if care[i] else ('x', i), []).append(i)
    return list(groups.values()), info


def frame(words, info, group):
    """Mean direction d and normal n of a line's words, and their extents: [first, last] along d of each word, and across n."""
    d = sum(info[i][1] * info[i][2] for i in group)
    d = d / np.hypot(*d)
    n = np.array([-d[1], d[0]], np.float32)
    along = [((p := words[i][0] @ d).min(), p.max()) for i in group]
    across = np.concatenate([words[i][0] @ n for i in group])
    return d, n, along, across.min(), across.max()


def rectangle(d, n, left, right, top, bottom):
    return np.array([left * d + top * n, right * d + top * n, right * d + bottom * n, left * d + bottom * n], np.float32)


def join_words(words):
    """Every line of words as one rectangle; ### and words that stand alone stay as they are."""
    groups, info = groups_of(words)
    lines = []
    for group in groups:
        if len(group) == 1:
            lines.append(words[group[0]])
            continue
        d, n, along, top, bottom = frame(words, info, group)
        text = ' '.join(words[i][1] for i in sorted(group, key=lambda i: float(info[i][0] @ d)))
        lines.append((rectangle(d, n, min(a for a, _ in along), max(b for _, b in along), top, bottom), text))
    return lines


def gaps_between(words):
    """Don't-care between neighbours of a line; it reaches half a height into both, where in the margin of shrinking a line has text."""
    groups, info = groups_of(words)
    gaps = []
    for group in groups:
        if len(group) == 1:
            continue
        d, n, along, top, bottom = frame(words, info, group)
        along.sort()
        reach = (bottom - top) / 2
        gaps += [(rectangle(d, n, a[1] - reach, b[0] + reach, top, bottom), '###') for a, b in zip(along, along[1:])]
    return gaps
