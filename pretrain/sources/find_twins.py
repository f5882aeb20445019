#!/usr/bin/env python3
"""
Training pictures that are twins of pictures kept for measuring: the same picture in another JPEG quality or size, under another
name (Python 3.10, NumPy, OpenCV).

  find_twins.py --train DIR … --measured DIR … [--reserved FILE …] [--out FILE] [--known FILE]

A set of --train is looked through by its train_list.txt, one of --measured by its test_list.txt; pictures of a training set that
--reserved names ("SET NAME" a line) are measured elsewhere and count as measured too. Writes the twins as lines "SET NAME" that a
trainer takes as --reserved; says how many of --known were found again. Fingerprints: a difference hash of 16 x 16
chooses pairs; grey thumbnails must agree as well, because sheets of one kind (screens of one game, receipts of one shop) have much
the same hash.
"""
import argparse, os, sys
import cv2
import numpy as np

SIDE = 16                     # of the difference hash: 256 bits
AREA = 12_000                 # pixels of the thumbnails that are compared; they keep the shape of the picture, so that text stays visible
SHAPES = 1.06                 # twins have the same shape, but for a few rows or columns
MOST_BITS = 40                # differing bits of a pair that is compared further; unrelated pictures differ in about 128
LEAST_LIKENESS = 0.86         # correlation of the thumbnails, the coarse shapes taken out: rather a picture too many left out


def fingerprint(image):
    """(256 bits, thumbnail with mean 0 and length 1) of a grey picture, or None where it is of one colour."""
    h, w = image.shape
    z = (AREA / (w * h)) ** 0.5
    thumb = cv2.resize(image, (max(8, round(w * z)), max(8, round(h * z))), interpolation=cv2.INTER_AREA).astype(np.float32)
    # What is alike in all sheets of a kind (bright paper, dark margins) is taken out: text and edges decide.
    fine = thumb - cv2.GaussianBlur(thumb, (0, 0), 6)
    length = float(np.linalg.norm(fine))
    if length < 40:
        return None
    small = cv2.resize(image, (SIDE + 1, SIDE), interpolation=cv2.INTER_AREA)
    return np.packbits(small[:, 1:] > small[:, :-1]), fine / length


def agreement(a, b):
    """Correlation of two thumbnails, the second brought to the size of the first; -1 where their shapes differ."""
    ratio = (a.shape[1] * b.shape[0]) / (a.shape[0] * b.shape[1])
    if not 1 / SHAPES <= ratio <= SHAPES:
        return -1.0
    if a.shape != b.shape:
        b = cv2.resize(b, a.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return float((a * b).sum() / max(1e-9, np.linalg.norm(a) * np.linalg.norm(b)))


def listed(folder, split):
    """Paths of the pictures of a part."""
    with open(os.path.join(folder, f'{split}_list.txt'), encoding='utf-8') as file:
        return [os.path.join(folder, line.rstrip('\n').rsplit(' ', 1)[0]) for line in file if line.strip()]


def name_of(folder):
    return os.path.basename(os.path.abspath(folder))


class Prints:
    """Fingerprints of many pictures."""
    def __init__(self):
        self.names, self.bits, self.thumbs = [], [], []

    def add(self, name, path):
        image = cv2.imread(path, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
        found = None if image is None else fingerprint(image)
        if found is not None:
            self.names.append(name); self.bits.append(found[0]); self.thumbs.append(found[1])


def twins(train, measured):
    """[(training name, measured name, likeness)] of the likest measured picture of every training picture that has a twin."""
    if not train.names or not measured.names:
        return []
    bits = np.stack(measured.bits)
    out = []
    for name, own_bits, own in zip(train.names, train.bits, train.thumbs):
        near = np.nonzero(np.bitwise_count(bits ^ own_bits).sum(1) <= MOST_BITS)[0]
        if not len(near):
            continue
        likeness = [agreement(measured.thumbs[i], own) for i in near]
        k = int(np.argmax(likeness))
        if likeness[k] >= LEAST_LIKENESS and measured.names[near[k]] != name:
            out.append((name, measured.names[near[k]], likeness[k]))
    return out


def read_names(paths):
    return {tuple(line.split(None, 1)) for path in paths for line in open(path, encoding='utf-8').read().splitlines() if line and line[0] != '#'}


if __name__ == '__main__':
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--train', nargs='+', required=True)
    a.add_argument('--measured', nargs='+', required=True)
    a.add_argument('--reserved', nargs='*', default=[])
    a.add_argument('--known', help='list of twins found before')
    a.add_argument('--out')
    o = a.parse_args()
    cv2.setNumThreads(1)
    reserved = read_names(o.reserved)
    whole = {name for name, file in reserved if file.startswith('every test image')}
    measured, train = Prints(), Prints()
    for folder in o.measured:
        for path in listed(folder, 'test'):
            measured.add((name_of(folder), os.path.basename(path)), path)
    for folder in o.train:
        name = name_of(folder)
        for path in listed(folder, 'train'):
            key = (name, os.path.basename(path))
            (measured if name not in whole and key in reserved else train).add(key, path)
    found = twins(train, measured)
    for (name, file), (of, other), likeness in found:
        print(f'{name} {file}  is  {of} {other}  {likeness:.3f}', file=sys.stderr)
    print(f'{len(train.names)} training pictures, {len(measured.names)} measured: {len(found)} twins', file=sys.stderr)
    rows = sorted(key for key, _, _ in found)
    if o.known:
        known = read_names([o.known]) & (set(train.names) | set(measured.names))
        print(f'of {len(known)} known twins that are in these sets {len(known & set(rows))} found; not found: {sorted(known - set(rows))}', file=sys.stderr)
        print(f'new: {sorted(set(rows) - known)}', file=sys.stderr)
    text = ''.join(f'{name} {file}\n' for name, file in rows)
    if o.out:
        with open(o.out, 'w', encoding='utf-8', newline='\n') as file:
            file.write(text)
    else:
        sys.stdout.write(text)
