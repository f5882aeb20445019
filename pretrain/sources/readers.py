"""One reader for each format of the sources. All yield Item: texts with '###' are don't-care."""
import io, json, os, re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Callable
from quads import clockwise, from_top_left, line_rectangle, upright


@dataclass
class Item:
    name: str
    load: Callable[[], bytes | None]
    texts: list                                   # [(quad, text)]
    size: tuple | None = None                     # of the picture that the coordinates are for, where the source says it
    tags: list = field(default_factory=list)      # kinds of lines, where the source says them


def stem(path):
    return os.path.basename(path).rsplit('.', 1)[0]


def icdar_lines(text):
    """x1,y1,…,x4,y4,text a line; the text may hold commas."""
    for line in text.splitlines():
        parts = line.strip('\ufeff \r').split(',', 8)
        try:
            numbers = [float(v) for v in parts[:8]]
        except ValueError:
            continue
        if len(numbers) == 8:
            yield list(zip(numbers[::2], numbers[1::2])), parts[8].strip() if len(parts) > 8 else '###'


def icdar(clone, images, truths, truth_name, order=clockwise):
    """@param truth_name from the file name of a picture to that of its annotation"""
    for path in clone.under(images, '.jpg'):
        truth = truths + truth_name(os.path.basename(path))
        if truth in clone.files:
            texts = [(order(q), t) for q, t in icdar_lines(clone.text(truth))]
            yield Item(stem(path), lambda p=path: clone.read(p), texts)


def funsd(clone, part):
    """Forms with word boxes as JSON."""
    folder = f'dataset/{part}_data/'
    for path in clone.under(folder + 'images/', '.png'):
        form = json.loads(clone.text(f'{folder}annotations/{stem(path)}.json'))['form']
        words = [w for entry in form for w in entry['words'] if w['text'].strip()]
        yield Item(stem(path), lambda p=path: clone.read(p), [(upright(*w['box']), w['text']) for w in words])


def alto(clone, prefix):
    """ALTO 4: one outline and baseline a line."""
    pictures = {}
    for path in clone.files:
        if path.lower().endswith(('.jpg', '.jpeg', '.png')):
            pictures.setdefault(os.path.basename(path), []).append(path)
    pairs = lambda text: [float(v) for v in re.split(r'[ ,]+', text.strip())] if text else []
    for path in clone.under(prefix, '.xml'):
        xml = clone.text(path)
        if '<alto' not in xml[:2000]:
            continue
        root = ET.fromstring(re.sub(r'\sxmlns="[^"]+"', '', xml, count=1).encode())
        names = [stem(path) + end for end in ('.jpg', '.jpeg', '.png')] + [os.path.basename((root.findtext('.//fileName') or '').strip())]
        found = [p for name in names for p in pictures.get(name, [])]
        found.sort(key=lambda p: os.path.dirname(p) != os.path.dirname(path))
        if not found:
            continue
        kinds = {tag.get('ID'): tag.get('LABEL', '') for tag in root.iter('OtherTag')}
        texts, tags = [], []
        for line in root.iter('TextLine'):
            text = ' '.join(s.get('CONTENT', '') for s in line.findall('String')).strip() or '###'
            outline = line.find('Shape/Polygon')
            if outline is not None:
                values, base = pairs(outline.get('POINTS')), pairs(line.get('BASELINE'))
                quad = line_rectangle(list(zip(values[::2], values[1::2])), list(zip(base[::2], base[1::2])))
            else:
                x, y, w, h = (float(line.get(k)) for k in ('HPOS', 'VPOS', 'WIDTH', 'HEIGHT'))
                quad = upright(x, y, x + w, y + h)
            texts.append((quad, text))
            tags.append(kinds.get(line.get('TAGREFS'), ''))
        page = root.find('.//Page')
        size = (int(float(page.get('WIDTH'))), int(float(page.get('HEIGHT'))))
        yield Item(stem(path), lambda p=found[0]: clone.read(p), texts, size, tags)


def paddle(clone, labels, images, prefix='', trust_difficult=True):
    """PaddleOCR label files: PATH, tab, JSON. The paths are often those of the annotator's Windows: only the name counts."""
    seen = set()
    for label in labels:
        for line in clone.text(label).splitlines():
            path, _, entries = line.partition('\t')
            name = path.replace('\\', '/').split('/')[-1]
            picture = next((p for p in (folder + name for folder in images) if p in clone.files), None)
            if not entries or picture is None or name in seen:
                continue
            seen.add(name)
            texts = []
            for entry in json.loads(entries):
                if len(entry['points']) != 4:
                    continue
                hidden = entry.get('difficult') and trust_difficult
                quad = clockwise([tuple(map(float, p)) for p in entry['points']])
                texts.append((quad, '###' if hidden else entry.get('transcription', '###')))
            yield Item(prefix + stem(name), lambda p=picture: clone.read(p), texts)


def textract(clone, prefix):
    """Amazon Textract answers beside the pictures: polygons in fractions of the page, words."""
    from PIL import Image
    for path in clone.under(prefix, '_blocks.json'):
        picture = next((p for p in (path.replace('_blocks.json', e) for e in ('.jpg', '.jpeg', '.png')) if p in clone.files), None)
        data = picture and clone.read(picture)
        if not data:
            continue
        width, height = Image.open(io.BytesIO(data)).size
        words = [b for b in json.loads(clone.text(path)) if b['BlockType'] == 'WORD']
        texts = [(clockwise([(p['X'] * width, p['Y'] * height) for p in w['Geometry']['Polygon']]), w['Text']) for w in words]
        yield Item(f"{path.split('/')[-2]}_{stem(picture)}", lambda d=data: d, texts)


def aicup(clone):
    """AI CUP 2021 street signs (labelme): lines, not their single characters; unreadable and foreign ones don't-care."""
    folder = 'dataset/train_data/aicup/train/'
    for path in clone.under(folder + 'img/', '.jpg'):
        shapes = json.loads(clone.text(f'{folder}json/{stem(path)}.json'))['shapes']
        texts = []
        for shape in shapes:
            if shape['group_id'] == 1:
                continue
            unread = shape['group_id'] in (5, 255) or not shape['label']
            texts.append((clockwise([tuple(map(float, p)) for p in shape['points']]), '###' if unread else shape['label']))
        yield Item('street_' + stem(path), lambda p=path: clone.read(p), texts)
