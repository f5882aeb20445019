#!/usr/bin/env python3
"""A twin in another quality and size is found; another text on the same sheet, and the reserved picture itself, are none."""
import os, subprocess, sys, tempfile
import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def sheet(words):
    """Always the same ground and frame, with the given words."""
    image = cv2.GaussianBlur(np.random.default_rng(1).integers(60, 200, (300, 400), dtype=np.uint8), (0, 0), 9)
    cv2.rectangle(image, (20, 20), (380, 280), 255, -1)
    for i, word in enumerate(words):
        cv2.putText(image, word, (40, 70 + 50 * i), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 3)
    return image


def make(folder, split, pictures):
    os.makedirs(os.path.join(folder, f'{split}_images'))
    with open(os.path.join(folder, f'{split}_list.txt'), 'w') as file:
        for name, image, quality in pictures:
            cv2.imwrite(os.path.join(folder, f'{split}_images', name), image, [cv2.IMWRITE_JPEG_QUALITY, quality])
            file.write(f'{split}_images/{name} {split}_gts/gt_{name[:-4]}.txt\n')


with tempfile.TemporaryDirectory() as t:
    first, second, third = sheet(['TOTAL 45.10', 'CASH 50', 'CHANGE 4']), sheet(['Hello world', 'another page', 'of letters']), sheet(['HELD', 'BACK 12', 'BY NAME'])
    make(f'{t}/shop', 'test', [('a.jpg', first, 95)])
    make(f'{t}/mine', 'train', [('twin.jpg', cv2.resize(first, (640, 480)), 60), ('other.jpg', second, 95),
                                ('held.jpg', third, 95), ('copy.jpg', third, 50), ('empty.jpg', np.full((50, 50), 9, np.uint8), 90)])
    open(f'{t}/reserved.txt', 'w').write('# kept back\nmine held.jpg\n')
    out = subprocess.run([sys.executable, f'{HERE}/find_twins.py', '--train', f'{t}/mine/', '--measured', f'{t}/shop', '--reserved',
                          f'{t}/reserved.txt'], capture_output=True, text=True, check=True).stdout
    assert out == 'mine copy.jpg\nmine twin.jpg\n', out
print('twins: ok')
