#!/usr/bin/env python3
"""
Public sources → sets in ICDAR2015 layout, for `npm run pretrain` and `torch/train.py` (Python 3.10, NumPy, Pillow; git).

  convert.py --clones DIR --out DIR [--reserved FILE] [SET …]

DIR holds git clones of the repositories of pretrain/README.md as OWNER+NAME or OWNER/NAME. Pictures that FILE names ("SET NAME"
a line) are left out; a set that is there already is not made again.
"""
import argparse, io, os, random, re
import numpy as np
from PIL import Image
import readers
from clone import Clone
from quads import clockwise, from_top_left, overlap_share, signed_area

Image.MAX_IMAGE_PIXELS = None
LEAST_SIDE = 2                # pixels: thinner boxes are dropped
GREY = 12                     # colours that differ by less than this are a grey scan: one channel is enough


def printed(item):
    """Pages of print whose lines do not run into each other."""
    return bool(item.texts) and overlap_share([q for q, _ in item.texts]) <= 0.22 and not any('hand' in t.lower() for t in item.tags)


def written(item):
    return bool(item.texts) and overlap_share([q for q, _ in item.texts]) <= 0.45


def some(items, count, seed=5):
    items = list(items)
    random.Random(seed).shuffle(items)
    return items[:count]


# name: (repository, reader, longest side, filter, name of the set in --reserved)
SETS = {
    'icdar2015': ('cqhblg/ppocr_train_data', lambda c: readers.icdar(
        c, 'ch4_training_images/', 'ch4_training_localization_transcription_gt/', lambda n: f'gt_{n[:-4]}.txt'), 1280, None, None),
    'receipts': ('zzzDavid/ICDAR-2019-SROIE', lambda c: readers.icdar(
        c, 'data/img/', 'data/box/', lambda n: f'{n[:-4]}.csv'), 1600, None, 'receipts'),
    'documents': ('zlexandr/funsd-labelstudio', lambda c: readers.funsd(c, 'training'), 1200, None, 'documents'),
    'receipts-german': ('softmatic/vision-data', lambda c: readers.textract(c, '2D/Receipts/'), 1600, None, 'receipts-german'),
    'industrial-labels': ('HaoyuScut/PaddleOCR', lambda c: readers.paddle(
        c, ['train_data/Label.txt'], ['train_data/']), 400, None, 'industrial-labels'),
    'typewritten': ('HTR-United/tapuscorpus', lambda c: readers.alto(c, 'data/'), 1600, printed, 'typewritten'),
    # The first pages carry letterheads that nobody marked.
    'ehri': ('FloChiff/ehri-dataset', lambda c: (i for i in readers.alto(c, 'data/') if not i.name.endswith('_01')), 1600, printed, 'typewritten'),
    'catalogues': ('FoNDUE-HTR/FONDUE-MLT-ART', lambda c: readers.alto(c, ''), 1600, lambda i: bool(i.texts), None),
    # Sheets with a printed line at the top that is not marked.
    'handwriting': ('banq-dcn/Copiste-d-un-jour', lambda c: (i for i in readers.alto(c, '') if 'imp_' not in i.name), 1600, written, 'handwriting'),
    'peraire': ('alix-tz/peraire-ground-truth', lambda c: readers.alto(c, 'data/'), 1600, written, None),
    'poilus': ('HTR-United/CREMMA-AN-TestamentDePoilus', lambda c: readers.alto(c, ''), 1600, written, None),
    'chinese-screen': ('cats-hook/PaddleOCR', lambda c: some(readers.paddle(
        c, c.under('train_data/det/', '.txt'), [f'train_data/det/{p}/' for p in ('train', 'val', 'test')], 'screen_', False), 250), 768, None, 'chinese'),
    'chinese-street': ('yichenwu05/Traditional-Chinese-Scene-Text-Recognition', readers.aicup, 1280, None, 'chinese'),
    'school-maths': ('Jzliu-dl/MQHSdataset', lambda c: readers.icdar(
        c, 'train_images/', 'train_gts/', lambda n: f'{n}.txt', from_top_left), 1280, None, 'school-maths'),
}


# Second copies of pages that are measured, under other names.
COPIES = {('typewritten', '9200519_ark__12148_btv1b52505123m')}


def same_name(name):
    """Names were cleaned in more than one way: letters and digits count."""
    return re.sub(r'[^a-z0-9]', '', name.rsplit('.jpg', 1)[0].lower())


def read_reserved(path):
    rows = [line.strip().split(None, 1) for line in open(path, encoding='utf-8') if line.strip() and line[0] != '#'] if path else []
    return {(name, same_name(file)) for name, file in [*rows, *COPIES]}


def file_name(name):
    return re.sub(r'[^A-Za-z0-9.-]', '_', name)


def write(folder, name, data, item, longest):
    """Picture and annotation; the bytes of a JPEG stay as they are where it is not scaled and no new one would be smaller."""
    picture = Image.open(io.BytesIO(data)).convert('RGB')
    at = item.size or picture.size
    scale = min(1.0, longest / max(picture.size))
    if scale < 1:
        picture = picture.resize([max(1, round(v * scale)) for v in picture.size], Image.LANCZOS)
    last = np.array(picture.size) - 1
    rows = []
    for quad, text in item.texts:
        points = np.clip(np.round(np.array(quad) * np.array(picture.size) / at), 0, last).astype(int)
        points = np.array(clockwise(points))
        if abs(signed_area(points)) < 4 or np.ptp(points, axis=0).min() < LEAST_SIDE:
            continue
        rows.append(','.join(map(str, points.ravel())) + ',' + (' '.join(str(text).replace('\ufeff', '').split()) or '###'))
    small = np.asarray(picture.resize((64, 64)), int)
    if np.ptp(small, axis=2).max() < GREY:
        picture = picture.convert('L')
    made = io.BytesIO()
    picture.save(made, 'JPEG', quality=85, optimize=True)
    keep = scale == 1 and data[:2] == b'\xff\xd8' and len(data) <= made.tell()
    with open(os.path.join(folder, 'train_images', name + '.jpg'), 'wb') as file:
        file.write(data if keep else made.getvalue())
    with open(os.path.join(folder, 'train_gts', f'gt_{name}.txt'), 'w', encoding='utf-8', newline='\n') as file:
        file.write('\n'.join(rows) + '\n')


def convert(name, clones, out, reserved):
    repository, read, longest, wanted, reserved_as = SETS[name]
    folder = os.path.join(out, name)
    if os.path.exists(os.path.join(folder, 'train_list.txt')):
        return print(f'{name}: there already')
    for part in ('train_images', 'train_gts'):
        os.makedirs(os.path.join(folder, part), exist_ok=True)
    made, kept_back, absent = [], 0, 0
    for item in read(Clone(clones, repository)):
        stem = file_name(item.name)
        if (reserved_as, same_name(stem)) in reserved:
            kept_back += 1
        elif wanted is None or wanted(item):
            data = item.load()
            if data is None:
                absent += 1
                continue
            try:
                write(folder, stem, data, item, longest)
            except OSError as error:
                print(f'{repository} {item.name}: {error}')
                continue
            made.append(stem)
    with open(os.path.join(folder, 'train_list.txt'), 'w', encoding='utf-8', newline='\n') as file:
        file.writelines(f'train_images/{s}.jpg train_gts/gt_{s}.txt\n' for s in sorted(made))
    print(f'{name}: {len(made)} pictures, {kept_back} reserved, {absent} absent', flush=True)


if __name__ == '__main__':
    o = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    o.add_argument('--clones', required=True)
    o.add_argument('--out', required=True)
    o.add_argument('--reserved')
    o.add_argument('sets', nargs='*', metavar='SET', help=', '.join(SETS))
    o = o.parse_args()
    unknown = [s for s in o.sets if s not in SETS]
    if unknown:
        raise SystemExit(f'unknown set {unknown[0]}; there are {", ".join(SETS)}')
    for name in o.sets or SETS:
        convert(name, o.clones, o.out, read_reserved(o.reserved))
