"""Quadrilaterals of annotations: lists of four (x, y), y pointing down, clockwise, first point at the beginning of the text."""
import numpy as np


def signed_area(quad):
    """Positive where the order is clockwise."""
    x, y = np.asarray(quad, float).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def clockwise(quad):
    """The first point stays the first."""
    quad = [tuple(p) for p in quad]
    return quad if signed_area(quad) >= 0 else [quad[0]] + quad[:0:-1]


def from_top_left(quad):
    """Clockwise from the corner nearest the top left, for sources whose first point means nothing."""
    quad = clockwise(quad)
    first = min(range(len(quad)), key=lambda k: quad[k][0] + quad[k][1])
    return quad[first:] + quad[:first]


def upright(x1, y1, x2, y2):
    (x1, x2), (y1, y2) = sorted((x1, x2)), sorted((y1, y2))
    return [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]


def line_rectangle(points, baseline=()):
    """
    Rectangle around a line of text given by its outline, along its baseline. Traced outlines have spikes into the neighbouring
    lines, so the height is not that of the extremes: of the outline sampled at 64 places along the line, the 85th percentile
    above and below.
    """
    points = np.asarray(points, float)
    ends = np.asarray(baseline if len(baseline) > 1 else _long_axis(points), float)
    along = ends[-1] - ends[0]
    length = np.hypot(*along)
    if length < 1:
        return upright(*points.min(0), *points.max(0))
    along /= length
    across = np.array([-along[1], along[0]])
    u, v = points @ along, points @ across
    above, below = [], []
    for t in np.linspace(u.min(), u.max(), 66)[1:-1]:
        crossings = []
        for i in range(len(u)):
            a, b = u[i - 1], u[i]
            if (a <= t) != (b <= t):
                crossings.append(v[i - 1] + (t - a) / (b - a) * (v[i] - v[i - 1]))
        if len(crossings) > 1:
            above.append(min(crossings))
            below.append(max(crossings))
    top, bottom = (np.percentile(above, 15), np.percentile(below, 85)) if len(above) >= 8 else (v.min(), v.max())
    corners = ((u.min(), top), (u.max(), top), (u.max(), bottom), (u.min(), bottom))
    return clockwise([tuple(along * a + across * b) for a, b in corners])


def _long_axis(points):
    """Two points in the direction in which an outline is spread most, left to right."""
    centre = points.mean(0)
    direction = np.linalg.svd(points - centre, full_matrices=False)[2][0]
    return centre, centre + direction * (1 if direction[0] >= 0 else -1) * np.ptp(points @ direction)


def overlap_share(quads):
    """Mean share of a line's area that its neighbours cover (by bounding boxes); high where lines run into each other."""
    boxes = np.array([[*np.min(q, 0), *np.max(q, 0)] for q in quads], float)
    if len(boxes) < 2:
        return 0.0
    shares = []
    for i, (x0, y0, x1, y1) in enumerate(boxes):
        width = np.minimum(x1, boxes[:, 2]) - np.maximum(x0, boxes[:, 0])
        height = np.minimum(y1, boxes[:, 3]) - np.maximum(y0, boxes[:, 1])
        shared = np.clip(width, 0, None) * np.clip(height, 0, None)
        shared[i] = 0
        shares.append(shared.sum() / max(1.0, (x1 - x0) * (y1 - y0)))
    return float(np.mean(shares))
