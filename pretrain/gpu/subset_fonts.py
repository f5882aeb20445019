#!/usr/bin/env python3
"""Cuts fonts down to the characters that synthetic pictures use, so that about 160 faces travel in 30 MB (needs fontTools).

  subset_fonts.py --packages DIR --out DIR

DIR holds one folder per Debian package (`dpkg -x`). File names stay as they are: the generator tells by them what a face is
for. Word lists (american-english, french, ngerman, spanish, italian, essay.txt, dict.txt) are copied beside.
"""
import argparse, os, re, shutil, sys

# (package, regular expression over file names, faces at most)
RULES = [
    ('fonts-dejavu-core', r'DejaVuSans(-Bold)?\.ttf', 2),
    ('fonts-dejavu-extra', r'DejaVuSansCondensed(-Bold)?\.ttf', 2),
    ('fonts-liberation2', r'LiberationSans-(Regular|Bold|Italic|BoldItalic)\.ttf', 4),
    ('fonts-open-sans', r'OpenSans-(Regular|Bold|CondBold|Light|Italic)\.ttf', 5),
    ('fonts-roboto-unhinted', r'Roboto(Condensed)?-(Regular|Bold|Light|Black|Medium)\.ttf', 6),
    ('fonts-lato', r'Lato-(Regular|Bold|Light|Black|Italic)\.ttf', 5),
    ('fonts-inter', r'Inter-(Regular|Bold|Medium|ExtraBold)\.otf', 4),
    ('fonts-crosextra-carlito', r'Carlito-(Regular|Bold)\.ttf', 2),
    ('fonts-comfortaa', r'Comfortaa-(Regular|Bold)\.ttf', 2),
    ('fonts-quicksand', r'Quicksand-(Regular|Bold)\.ttf', 2),
    ('fonts-cabin', r'Cabin-(Regular|Bold)\.otf', 2),
    ('fonts-karla', r'Karla-(Regular|Bold)\.otf', 2),
    ('fonts-paratype', r'PT(S55|S75|N57|N77)F\.ttf', 4),
    ('fonts-adf-gillius', r'GilliusADF-(Regular|Bold|BoldCond)\.otf', 3),
    ('fonts-urw-base35', r'(NimbusSans-(Regular|Bold)|NimbusSansNarrow-(Regular|Bold)|URWGothic-(Book|Demi))\.otf', 6),
    ('fonts-averia-sans-gwf', r'AveriaSansGWF-(Regular|Bold)\.ttf', 2),
    ('fonts-jura', r'Jura-(Regular|Bold)\.otf', 2),
    ('fonts-dejavu-core', r'DejaVuSerif(-Bold)?\.ttf', 2),
    ('fonts-liberation2', r'LiberationSerif-(Regular|Bold|Italic)\.ttf', 3),
    ('fonts-crosextra-caladea', r'Caladea-(Regular|Bold|Italic)\.ttf', 3),
    ('fonts-linuxlibertine', r'LinLibertine_(R|RB|RI)\.otf', 3),
    ('fonts-ebgaramond-extra', r'EBGaramond12-(Regular|Bold|Italic)\.ttf', 3),
    ('fonts-oldstandard', r'OldStandard-(Regular|Bold|Italic)\.ttf', 3),
    ('fonts-vollkorn', r'Vollkorn-(Regular|Bold|Black)\.ttf', 3),
    ('fonts-urw-base35', r'(C059-(Roman|Bold)|NimbusRoman-(Regular|Bold|Italic)|URWBookman-(Light|Demi)|P052-(Roman|Bold))\.otf', 9),
    ('fonts-essays1743', r'Essays1743\.ttf', 1),
    ('fonts-lobster', r'.*', 1), ('fonts-lobstertwo', r'LobsterTwo-Bold\.otf', 1),
    ('fonts-cabinsketch', r'.*Bold\.ttf', 1), ('fonts-leckerli-one', r'.*', 1),
    ('fonts-kaushanscript', r'.*', 1), ('fonts-blankenburg', r'.*', 1),
    ('fonts-league-spartan', r'LeagueSpartan-(Black|Bold)\.otf', 2),
    ('fonts-yanone-kaffeesatz', r'YanoneKaffeesatz-(Bold|Regular)\.otf', 2),
    ('fonts-dustin', r'(Dustismo_Roman|Wargames|Junkyard)\.ttf', 3),
    ('fonts-isabella', r'.*', 1), ('fonts-urw-base35', r'Z003.*\.otf', 1),
    ('fonts-dancingscript', r'DancingScript-Regular\.otf', 1), ('fonts-breip', r'Breip\.ttf', 1),
    ('fonts-femkeklaver', r'.*', 1), ('fonts-dkg-handwriting', r'dkg\.ttf', 1),
    ('fonts-rufscript', r'.*', 1), ('fonts-kristi', r'.*', 1), ('fonts-sjfonts', r'.*', 2),
    ('fonts-bwht', r'BecauseWe(Build|Learn|Connect)-Regular\.otf', 3), ('fonts-humor-sans', r'.*', 1),
    ('fonts-comic-neue', r'ComicNeue-(Regular|Bold)\.otf', 2), ('fonts-tomsontalks', r'.*', 1),
    ('fonts-ecolier-court', r'.*', 1), ('fonts-summersby', r'.*', 1),
    ('fonts-dejavu-core', r'DejaVuSansMono(-Bold)?\.ttf', 2),
    ('fonts-liberation2', r'LiberationMono-(Regular|Bold)\.ttf', 2),
    ('fonts-courier-prime', r'Courier Prime( Bold)?\.otf', 2),
    ('fonts-anonymous-pro', r'Anonymous Pro( B)?\.ttf', 2), ('fonts-inconsolata', r'.*', 1),
    ('fonts-jetbrains-mono', r'JetBrainsMono-(Regular|Bold)\.ttf', 2),
    ('fonts-urw-base35', r'NimbusMonoPS-(Regular|Bold)\.otf', 2),
    ('fonts-ocr-a', r'OCRA\.ttf', 1), ('fonts-ocr-b', r'OCRB\.otf', 1),
    ('fonts-3270', r'3270(Condensed)?-Regular\.ttf', 2), ('fonts-spleen', r'spleen-(8x16|12x24)\.otf', 2),
    ('fonts-glasstty', r'.*', 1), ('fonts-noto-mono', r'NotoMono-Regular\.ttf', 1),
    ('fonts-gnutypewriter', r'.*', 1), ('fonts-courier-prime', r'Courier Prime\.otf', 1),
    ('fonts-dseg', r'DSEG(7Classic-Bold|7Modern-Italic|14Classic-Regular|14Modern-Bold)\.ttf', 4),
    ('fonts-noto-cjk', r'NotoSansCJK-(Regular|Bold)\.ttc', 2),
    ('fonts-wqy-microhei', r'wqy-microhei\.ttc', 1), ('fonts-cwtex-heib', r'.*', 1),
    ('fonts-cwtex-yen', r'.*', 1),
    ('fonts-noto-cjk', r'NotoSerifCJK-(Regular|Bold)\.ttc', 2), ('fonts-arphic-gbsn00lp', r'.*', 1),
    ('fonts-cwtex-fs', r'.*', 1),
    ('fonts-arphic-gkai00mp', r'.*', 1), ('fonts-cwtex-kai', r'.*', 1),
    ('fonts-yusei-magic', r'.*', 1), ('fonts-seto', r'setofont\.ttf', 1),
    ('fonts-kouzan-mouhitsu', r'kouzan-mouhitsu\.ttf', 1),
    ('fonts-smiley-sans', r'.*', 1), ('fonts-reggae', r'.*', 1),
    ('fonts-rocknroll', r'.*', 1), ('fonts-dotgothic16', r'.*', 1),
]


def charset():
    """(latin, cjk): the characters the generator may draw."""
    latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x400, 0x460)) | {
        0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x20AC, 0x2116, 0x2122, 0x2190, 0x2192, 0x2713,
        0x2605, 0x25A0, 0x25CF, 0x00D7}
    cjk = set()
    for hi in range(0xB0, 0xF8):                         # GB 2312, both levels
        for lo in range(0xA1, 0xFF):
            try:
                cjk.add(ord(bytes([hi, lo]).decode('gb2312')))
            except UnicodeDecodeError:
                pass
    for hi in range(0xA4, 0xC7):                         # Big5 level 1 (traditional, frequent)
        for lo in list(range(0x40, 0x7F)) + list(range(0xA1, 0xFF)):
            try:
                t = bytes([hi, lo]).decode('big5')
                if len(t) == 1:
                    cjk.add(ord(t))
            except UnicodeDecodeError:
                pass
    cjk |= set(range(0x3040, 0x3100)) | set(range(0x3000, 0x3020)) | set(range(0xFF01, 0xFF5F))
    return latin, cjk


WORDS = ('american-english', 'french', 'ngerman', 'spanish', 'italian', 'essay.txt', 'dict.txt')


def cut(path, out, cjk_too):
    from fontTools import subset
    from fontTools.ttLib import TTCollection, TTFont
    number = -1
    if path.lower().endswith('.ttc'):
        number = next((i for i, f in enumerate(TTCollection(path, lazy=True).fonts) if 'SC' in (f['name'].getDebugName(1) or '')), 0)
    font = TTFont(path, fontNumber=number, lazy=True)
    options = subset.Options(hinting=False, layout_features=['kern', 'liga'], name_IDs=[1, 2, 4, 6], notdef_outline=True)
    options.drop_tables += ['DSIG', 'FFTM', 'EBDT', 'EBLC', 'EBSC', 'vhea', 'vmtx', 'GPOS', 'MATH', 'PfEd', 'TeX ', 'BDF ', 'feat', 'morx', 'mort', 'prop', 'BASE']
    latin, cjk = charset()
    s = subset.Subsetter(options)
    s.populate(unicodes=latin | (cjk if cjk_too else set()))
    s.subset(font)
    # A collection becomes a single face: the ending follows the outlines.
    name = re.sub(r'\.tt[cf]$|\.otf$', '.otf' if 'CFF ' in font else '.ttf', os.path.basename(path), flags=re.I)
    font.save(os.path.join(out, name))
    return os.path.getsize(os.path.join(out, name))


if __name__ == '__main__':
    a = argparse.ArgumentParser()
    a.add_argument('--packages', required=True)
    a.add_argument('--out', required=True)
    a.add_argument('--budget', type=float, default=12e6, help='larger subsets are dropped')
    o = a.parse_args()
    os.makedirs(os.path.join(o.out, 'fonts'), exist_ok=True)
    total = faces = 0
    for package, pattern, limit in RULES:
        files = sorted(os.path.join(r, f) for r, _, fs in os.walk(os.path.join(o.packages, package)) for f in fs
                       if re.search(r'\.(ttf|otf|ttc)$', f, re.I) and re.fullmatch(pattern, f))
        if not files:
            print('missing:', package, pattern, file=sys.stderr)
        for f in files[:limit]:
            size = cut(f, os.path.join(o.out, 'fonts'), True)
            total += size; faces += 1
    print(faces, 'faces', total // 1000, 'kB')
    os.makedirs(os.path.join(o.out, 'words'), exist_ok=True)
    for r, _, fs in os.walk(o.packages):
        for f in fs:
            if f in WORDS and (f != 'dict.txt' or 'jieba' in r):
                shutil.copy(os.path.join(r, f), os.path.join(o.out, 'words', f))
