import path from 'node:path'
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import { UserError } from '../../detector/errors'
import { filesBelow, fontFolders } from './asset-files'
import type { Draw } from './draw'
import { type Coverage, readCoverage } from './font-coverage'

/** Scripts of the generator: English, other Latin (accents), Cyrillic, simplified and traditional Chinese. */
export type Language = 'en' | 'eu' | 'ru' | 'hans' | 'hant'
export type LetterStyle = 'text' | 'mono' | 'hand' | 'display' | 'receipt' | 'type' | 'lcd'

export const isChinese = (language: Language): boolean => language === 'hans' || language === 'hant'

type Category =
  | 'sans'
  | 'serif'
  | 'mono'
  | 'receipt'
  | 'type'
  | 'lcd'
  | 'hand'
  | 'display'
  | 'zh-sans'
  | 'zh-serif'
  | 'zh-kai'
  | 'zh-hand'
  | 'zh-display'

export interface Face {
  /** The name it is drawn by, once registered. */
  family: string
  file: string
  category: Category
  coverage: Coverage
}

/** The Debian packages with free licences that the base weights were made with. */
const FONT_PACKAGES =
  'fonts-noto-cjk fonts-wqy-microhei fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-cwtex-fs fonts-cwtex-kai ' +
  'fonts-cwtex-heib fonts-cwtex-yen fonts-yusei-magic fonts-seto fonts-kouzan-mouhitsu fonts-smiley-sans ' +
  'fonts-reggae fonts-rocknroll fonts-dotgothic16 fonts-dejavu-core fonts-dejavu-extra fonts-liberation2 ' +
  'fonts-open-sans fonts-roboto-unhinted fonts-lato fonts-inter fonts-crosextra-carlito fonts-crosextra-caladea ' +
  'fonts-comfortaa fonts-quicksand fonts-cabin fonts-karla fonts-paratype fonts-adf-gillius fonts-urw-base35 ' +
  'fonts-averia-sans-gwf fonts-jura fonts-linuxlibertine fonts-ebgaramond-extra fonts-oldstandard fonts-vollkorn ' +
  'fonts-essays1743 fonts-lobster fonts-lobstertwo fonts-cabinsketch fonts-leckerli-one fonts-kaushanscript ' +
  'fonts-blankenburg fonts-league-spartan fonts-yanone-kaffeesatz fonts-dustin fonts-isabella fonts-dancingscript ' +
  'fonts-breip fonts-femkeklaver fonts-dkg-handwriting fonts-rufscript fonts-kristi fonts-sjfonts fonts-bwht ' +
  'fonts-humor-sans fonts-comic-neue fonts-tomsontalks fonts-ecolier-court fonts-summersby fonts-courier-prime ' +
  'fonts-anonymous-pro fonts-inconsolata fonts-jetbrains-mono fonts-ocr-a fonts-ocr-b fonts-3270 fonts-spleen ' +
  'fonts-glasstty fonts-noto-mono fonts-gnutypewriter fonts-dseg'

// First match decides. Names are those of the files, which are the same on every system that has them.
const BY_NAME: readonly [RegExp, Category | 'skip'][] = [
  [/emoji|symbol|icon|awesome|math|music|braille|dingbat|webding|wingding|weather|opensymbol|D050000L/i, 'skip'],
  [/DSEG/i, 'lcd'],
  [/OCR-?[AB]|3270|spleen|glasstty|terminus|NotoMono/i, 'receipt'],
  [/typewriter|courier|NimbusMono/i, 'type'],
  [/yusei|seto|kouzan|klee|mouhitsu/i, 'zh-hand'],
  [/gkai|ukai|cwTeXQKai|kaiti|simkai/i, 'zh-kai'],
  [/smiley|reggae|rocknroll|dotgothic|train|stick|rampart/i, 'zh-display'],
  [/serifCJK|gbsn|uming|cwTeXQFangsong|cwTeXQMing|simsun|songti|mincho/i, 'zh-serif'],
  [/sansCJK|wqy|cwTeXQHei|cwTeXQYuan|simhei|yahei|pingfang|heiti|droidsansfallback/i, 'zh-sans'],
  [
    /dancing|breip|femke|dkg|rufscript|kristi|sjfont|Because|humor|comic|tomson|ecolier|summersby|Steve|Delphine/i,
    'hand',
  ],
  [
    /lobster|sketch|leckerli|kaushan|blankenburg|spartan|kaffeesatz|dustismo|wargames|junkyard|isabella|Z003/i,
    'display',
  ],
  [/mono|code|console|inconsolata|fixed|anonymous/i, 'mono'],
  [/serif|roman|times|garamond|libertine|caladea|vollkorn|standard|bookman|C059|P052|essays|georgia|didot/i, 'serif'],
]

const CHINESE_STYLES: Partial<Record<LetterStyle, [Category, number][]>> = {
  hand: [
    ['zh-hand', 3],
    ['zh-kai', 2],
  ],
  display: [
    ['zh-display', 3],
    ['zh-sans', 3],
    ['zh-hand', 2],
    ['zh-kai', 1],
    ['zh-serif', 1],
  ],
  text: [
    ['zh-sans', 5],
    ['zh-serif', 4],
    ['zh-kai', 1.5],
    ['zh-display', 0.3],
  ],
}

const LATIN_STYLES: Record<LetterStyle, [Category, number][]> = {
  text: [
    ['sans', 5],
    ['serif', 4],
    ['mono', 0.4],
  ],
  mono: [
    ['mono', 3],
    ['receipt', 1],
    ['type', 1],
  ],
  hand: [['hand', 1]],
  display: [
    ['display', 3],
    ['sans', 3],
    ['serif', 1],
    ['hand', 1],
  ],
  receipt: [
    ['mono', 2],
    ['receipt', 3],
    ['sans', 1],
  ],
  type: [
    ['type', 3],
    ['mono', 1],
  ],
  lcd: [['lcd', 1]],
}

const SAMPLES: Record<Language, string> = {
  en: '0189AMZ',
  eu: 'éüßñ',
  ru: 'абвяжщ',
  hans: '的一是了我不人在有这国学车门龙',
  hant: '這國學車門龍',
}

/** Faces registered twice would only cost memory. */
const registered = new Map<string, string>()

/** The faces of this machine, by use. Files are registered with the canvas when first drawn. */
export class Fonts {
  readonly faces: Face[]
  private readonly byCategory = new Map<Category, Face[]>()
  private readonly drawable = new Map<Face, Map<string, boolean>>()
  private readonly gauge = createCanvas(8, 8).getContext('2d')

  /**
   * @param folders searched for .ttf, .otf and .ttc; default: the usual places of the system
   * @throws UserError `fonts-missing` when not one face with Latin letters and digits is found
   */
  constructor(folders: readonly string[] = fontFolders()) {
    this.faces = []
    for (const file of filesBelow(folders, (name) => /\.(ttf|otf|ttc)$/i.test(name))) {
      const coverage = readCoverage(file)
      const category = coverage && categoryOf(file, coverage)
      if (category) this.faces.push({ family: '', file, category, coverage })
    }
    for (const face of this.faces) {
      const list = this.byCategory.get(face.category)
      if (list) list.push(face)
      else this.byCategory.set(face.category, [face])
    }
    if (!this.faces.some((face) => face.coverage.hasAll(SAMPLES.en)))
      throw new UserError({
        code: 'fonts-missing',
        message: `No font with Latin letters was found in ${folders.join(', ')}.`,
        fix: `Install some: apt-get install ${FONT_PACKAGES.split(' ').slice(0, 16).join(' ')}`,
      })
  }

  /** What is missing for pictures as varied as the base weights were trained on; empty when all is there. */
  warnings(): string[] {
    const found: string[] = []
    const kinds = new Set(this.faces.map((face) => face.category))
    if (!this.supports('hans')) found.push('no font with Chinese characters: no Chinese text will be drawn')
    if (!kinds.has('hand')) found.push('no handwriting-like font: handwritten scenes look printed')
    if (this.faces.length < 60) found.push(`only ${this.faces.length} font faces: the pictures will look alike`)
    if (found.length > 0) found.push(`more fonts: apt-get install ${FONT_PACKAGES}`)
    return found
  }

  supports(language: Language): boolean {
    return this.faces.some((face) => face.coverage.hasAll(SAMPLES[language]))
  }

  /** A face for this script in this style, or the nearest there is. */
  pick(r: Draw, language: Language, style: LetterStyle = 'text'): Face {
    const table = isChinese(language) ? (CHINESE_STYLES[style] ?? CHINESE_STYLES.text!) : LATIN_STYLES[style]
    // Segment displays have no small letters; all other text needs them.
    const sample = style === 'lcd' ? '0123456789' : language === 'en' ? `${SAMPLES.en}abcxyz` : SAMPLES[language]
    for (let attempt = 0; attempt < 30; attempt++) {
      const list = this.byCategory.get(r.weighted(table))
      if (!list) continue
      const face = r.pick(list)
      if (face.coverage.hasAll(sample)) return this.ready(face)
    }
    const face =
      this.faces.find((f) => f.coverage.hasAll(sample)) ?? this.faces.find((f) => f.coverage.hasAll(SAMPLES.en))
    return this.ready(face!)
  }

  /** Whether every character has a picture in this face: some faces map characters to empty glyphs. */
  canDraw(face: Face, text: string): boolean {
    let known = this.drawable.get(face)
    if (!known) {
      known = new Map()
      this.drawable.set(face, known)
    }
    for (const character of text) {
      if (character === ' ') continue
      let able = known.get(character)
      if (able === undefined) {
        able = face.coverage.has(character.codePointAt(0)!) && this.hasInk(face, character)
        known.set(character, able)
      }
      if (!able) return false
    }
    return true
  }

  private hasInk(face: Face, character: string): boolean {
    this.gauge.font = `40px "${face.family}"`
    const m = this.gauge.measureText(character)
    return (
      m.actualBoundingBoxRight + m.actualBoundingBoxLeft > 0.5 &&
      m.actualBoundingBoxAscent + m.actualBoundingBoxDescent > 0.5
    )
  }

  private ready(face: Face): Face {
    if (face.family !== '') return face
    let family = registered.get(face.file)
    if (family === undefined) {
      family = `synthetic ${registered.size}`
      GlobalFonts.registerFromPath(face.file, family)
      registered.set(face.file, family)
    }
    face.family = family
    return face
  }
}

function categoryOf(file: string, coverage: Coverage): Category | undefined {
  const name = path.basename(file)
  const rule = BY_NAME.find(([pattern]) => pattern.test(name))?.[1]
  if (rule === 'skip') return undefined
  const chinese = coverage.hasAll(SAMPLES.hans.slice(0, 6)) || coverage.hasAll(SAMPLES.hant.slice(0, 3))
  if (rule?.startsWith('zh-')) return chinese ? rule : undefined
  if (chinese) return 'zh-sans'
  if (rule === 'lcd') return coverage.hasAll('0123456789') ? rule : undefined
  return coverage.hasAll(SAMPLES.en) ? (rule ?? 'sans') : undefined
}
