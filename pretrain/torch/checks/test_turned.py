#!/usr/bin/env python3
"""Share and angles of turned crops; without the option the crops are those of before."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import numpy as np
from augment import crop_params


class Picture:
    valid = [(400, 300)]
    cpu = [(np.array([[[50, 50], [200, 50], [200, 80], [50, 80]]], np.float32), np.array([4]), np.array([0]))]


def angles(turned, strong=0.0, seed=3):
    """Directions in which the x axis of the picture lies in 2,000 crops, degrees."""
    fwd = crop_params(Picture, [0] * 2000, 256, np.random.default_rng(seed), strong=strong, turned=turned)[0].numpy()
    return np.degrees(np.arctan2(fwd[:, 1, 0], fwd[:, 0, 0]))


assert np.abs(angles(0)).max() < 1e-3
turned = np.abs(angles(0.3))
share = (turned > 1e-3).mean()
assert 0.26 < share < 0.34, share
upright = np.abs(turned[turned > 1e-3] / 90 - np.round(turned[turned > 1e-3] / 90)) < 1e-4
assert 0.42 < upright.mean() < 0.58, upright.mean()                              # half: 90, 180, 270
assert ((turned > 30) & (turned < 60)).mean() > 0.02                               # any angle, 45 too
print('turned crops: ok')
