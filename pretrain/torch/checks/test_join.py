#!/usr/bin/env python3
"""Rule of joining words into lines on small cases."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
import numpy as np
from join import gaps_between, join_words
box = lambda x, y, w, h, a=0.0: (lambda c, s: np.array([[x + c * u - s * v, y + s * u + c * v] for u, v in ((0, 0), (w, 0), (w, h), (0, h))], np.float32))(np.cos(a), np.sin(a))
n = lambda *w: len(join_words(list(w)))
assert n((box(0, 0, 50, 20), 'a'), (box(60, 0, 50, 20), 'b')) == 1                      # a space
assert n((box(0, 0, 50, 20), 'a'), (box(75, 0, 50, 20), 'b')) == 2                      # more than 0.9 heights: a column
assert n((box(0, 0, 50, 20), 'a'), (box(0, 24, 50, 20), 'b')) == 2                      # the line below
assert n((box(0, 0, 50, 20), 'a'), (box(60, 0, 50, 45), 'b')) == 2                      # another size
assert n((box(0, 0, 50, 20), 'a'), (box(60, 12, 50, 20), 'b')) == 2                     # shifted
assert n((box(0, 0, 50, 20), 'a'), (box(60, 0, 50, 20), '###')) == 2                    # unreadable stays alone
assert n((box(0, 0, 50, 20), 'a'), (box(60, 0, 9, 20), 'I'), (box(75, 0, 50, 20), 'b')) == 1
a = 0.6; c, s = np.cos(a), np.sin(a)
line = join_words([(box(0, 0, 50, 20, a), 'a'), (box(60 * c, 60 * s, 50, 20, a), 'b')])
assert len(line) == 1 and np.allclose(np.hypot(*(line[0][0][1] - line[0][0][0])), 110, atol=0.1) and line[0][1] == 'a b'
assert n((box(0, 0, 50, 20), 'a'), (box(60, 0, 50, 20, 0.6), 'b')) == 2                 # another direction
assert n((box(0, 0, 50, 20), 'b'), (box(110, 20, 50, 20, np.pi), 'upside down')) == 2
gaps = gaps_between([(box(0, 0, 50, 20), 'a'), (box(60, 0, 40, 20), 'b'), (box(300, 0, 50, 20), 'alone')])
assert len(gaps) == 1 and gaps[0][1] == '###' and np.allclose(gaps[0][0], [[40, 0], [70, 0], [70, 20], [40, 20]])
print('joining: ok')
