import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseIcdar } from '../../detector/dataset/icdar'
import { parseListFile } from '../../detector/dataset/list-file'
import { generateImage, generateJpeg } from '../generate-picture'
import { SCENE_NAMES } from '../scenes/scene-catalogue'
import { writeSyntheticSet } from '../write-set'
import { Draw } from './draw'
import { drawArc, drawColumn, drawLine } from './draw-line'
import { readCoverage } from './font-coverage'
import { type Face, Fonts } from './fonts'
import { measureInk } from './ink-box'
import { boxOf, clipToSheet, inverseOf, type Point, project, rectangleToQuad, thicknessOf } from './plane'
import { readableLines } from './readable-lines'
import { Scene, type SceneAssets } from './scene'
import { loadSyntheticAssets } from './synthetic-assets'
import { Texts } from './texts'

let assets: SceneAssets
let folder: string

beforeAll(async () => {
  assets = (await loadSyntheticAssets({ words: true })).assets
  folder = await mkdtemp(path.join(tmpdir(), 'synthetic-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Bounds of all pixels that differ from white: left, top, right, bottom edge. */
function inkOf(context: SKRSContext2D, width: number, height: number): [number, number, number, number] {
  const { data } = context.getImageData(0, 0, width, height)
  const box: [number, number, number, number] = [width, height, 0, 0]
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] > 215) continue
    const x = (i / 4) % width
    const y = Math.floor(i / 4 / width)
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x + 1)
    box[3] = Math.max(box[3], y + 1)
  }
  return box
}

function whiteScene(side = 400): Scene {
  const scene = new Scene(assets, side, side, new Draw(1))
  scene.fill([255, 255, 255])
  return scene
}

const latinFace = (): Face => assets.fonts.pick(new Draw(4), 'en', 'text')

/** The ink lies inside the box, and the box is no wider than 5 % of the size and two pixels around it. */
function expectTight(box: number[], ink: number[], size: number): void {
  const slack = 0.05 * size + 2
  expect(box[0]).toBeLessThanOrEqual(ink[0] + 1)
  expect(box[1]).toBeLessThanOrEqual(ink[1] + 1)
  expect(box[2]).toBeGreaterThanOrEqual(ink[2] - 1)
  expect(box[3]).toBeGreaterThanOrEqual(ink[3] - 1)
  expect(ink[0] - box[0]).toBeLessThan(slack)
  expect(box[2] - ink[2]).toBeLessThan(slack)
  expect(ink[1] - box[1]).toBeLessThan(slack)
  expect(box[3] - ink[3]).toBeLessThan(slack)
}

describe('boxes against the pixels drawn', () => {
  it.each(['Typography', 'HEADING 2024', 'acemnorsuvwxz', 'jÜÇgq|'])('%s', (text) => {
    const scene = whiteScene()
    drawLine(scene, { text, face: latinFace(), size: 36, x: 20, y: 200, colour: [0, 0, 0] })
    expectTight(boxOf(scene.lines[0].polygon), inkOf(scene.context, 400, 400), 36)
  })

  it('turned text keeps its corner order and its size', () => {
    const scene = whiteScene()
    scene.context.translate(200, 200)
    scene.context.rotate(Math.PI / 2)
    drawLine(scene, { text: 'Turned', face: latinFace(), size: 40, x: 0, y: 0, align: 'center', colour: [0, 0, 0] })
    scene.context.resetTransform()
    const [first, second] = scene.lines[0].polygon
    expect(Math.abs(second[0] - first[0])).toBeLessThan(1e-3)
    expect(second[1]).toBeGreaterThan(first[1])
    expectTight(boxOf(scene.lines[0].polygon), inkOf(scene.context, 400, 400), 40)
  })

  it('text of two scripts is measured to its end', () => {
    // A face that has both; without Chinese fonts Cyrillic and Latin make two stretches as well.
    const chinese = assets.fonts.supports('hans')
    const text = chinese ? '终到remiss终到' : 'абвgdе'
    const face = assets.fonts.pick(new Draw(3), chinese ? 'hans' : 'ru', 'text')
    const scene = whiteScene()
    drawLine(scene, { text, face, size: 40, x: 20, y: 200, colour: [0, 0, 0] })
    if (assets.fonts.canDraw(face, text)) expectTight(boxOf(scene.lines[0].polygon), inkOf(scene.context, 400, 400), 40)
  })

  it('words lie in their line, one after another', () => {
    const scene = whiteScene()
    drawLine(scene, { text: 'three short words', face: latinFace(), size: 30, x: 10, y: 100 })
    const line = boxOf(scene.lines[0].polygon)
    const words = scene.lines[0].words!
    expect(words.map((word) => word.text)).toEqual(['three', 'short', 'words'])
    const boxes = words.map((word) => boxOf(word.polygon))
    expect(boxes[0][0]).toBeCloseTo(line[0], 0)
    expect(boxes[2][2]).toBeCloseTo(line[2], 0)
    expect(boxes[1][0]).toBeGreaterThan(boxes[0][2])
  })

  it('curved text lies in its polygon', () => {
    const scene = whiteScene()
    const arc = { text: 'AROUND THE BEND', size: 30, centre: [200, 220] as Point, radius: 120, middle: -Math.PI / 2 }
    drawArc(scene, { ...arc, face: latinFace(), colour: [0, 0, 0] })
    const [{ polygon }] = scene.lines
    expect(polygon.length).toBeGreaterThan(4)
    const mask = createCanvas(400, 400).getContext('2d')
    for (const [x, y] of polygon) mask.lineTo(x, y)
    mask.fill()
    const inside = mask.getImageData(0, 0, 400, 400).data
    const { data } = scene.context.getImageData(0, 0, 400, 400)
    let dark = 0
    let outside = 0
    for (let i = 0; i < data.length; i += 4)
      if (data[i] < 128) {
        dark++
        if (inside[i + 3] === 0) outside++
      }
    expect(dark).toBeGreaterThan(1000)
    expect(outside / dark).toBeLessThan(0.01)
  })

  it('a pasted sheet takes its lines along', () => {
    const sheet = whiteScene(200)
    drawLine(sheet, { text: 'Sheet', face: latinFace(), size: 40, x: 30, y: 110, colour: [0, 0, 0] })
    const scene = whiteScene()
    scene.paste(sheet, [
      [60, 80],
      [340, 40],
      [360, 330],
      [40, 300],
    ])
    const ink = inkOf(scene.context, 400, 400)
    const box = boxOf(scene.lines[0].polygon)
    expect(box[0]).toBeLessThan(ink[0] + 1)
    expect(box[2]).toBeGreaterThan(ink[2] - 1)
    expect(box[2] - box[0]).toBeLessThan(1.25 * (ink[2] - ink[0]))
  })

  it('nothing is drawn with characters a face lacks', () => {
    const scene = whiteScene()
    drawLine(scene, { text: 'A\uE123', face: latinFace(), size: 40, x: 30, y: 110 })
    drawColumn(scene, { text: '\uE123', face: latinFace(), size: 40, x: 30, y: 110 })
    expect(scene.lines).toEqual([])
  })
})

describe('labels of the finished picture', () => {
  const pixels = (value: (x: number, y: number) => number): Uint8ClampedArray => {
    const data = new Uint8ClampedArray(100 * 100 * 4)
    for (let i = 0; i < 10000; i++) data.fill(value(i % 100, Math.floor(i / 100)), 4 * i, 4 * i + 4)
    return data
  }
  const box = (left: number, top: number, right: number, bottom: number): Point[] => [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ]
  const stripes = pixels((x) => (x % 4 < 2 ? 0 : 255))

  it('clips to the picture and leaves out what lies outside', () => {
    const lines = [
      { polygon: box(-20, 10, 40, 30), text: 'cut', contrast: 200 },
      { polygon: box(150, 10, 190, 30), text: 'away', contrast: 200 },
    ]
    expect(readableLines(lines, stripes, 100, 100, 0)).toEqual([
      { points: [0, 10, 40, 10, 40, 30, 0, 30], text: 'cut', ignore: false, words: undefined },
    ])
  })

  it.each([
    ['small', box(10, 10, 60, 15), 200, 0],
    ['smeared', box(10, 10, 60, 20), 200, 2],
    ['faint ink', box(10, 10, 60, 30), 10, 0],
    ['mostly cut off', box(-90, 10, 9, 30), 200, 0],
  ])('%s text is not to be learned', (_, polygon, contrast, blur) => {
    const [line] = readableLines([{ polygon, text: 'x', contrast }], stripes, 100, 100, blur)
    expect(line.ignore).toBe(true)
  })

  it('text that became invisible has no box', () => {
    const even = pixels(() => 128)
    expect(readableLines([{ polygon: box(10, 10, 60, 30), text: 'x', contrast: 4 }], even, 100, 100, 0)).toEqual([])
  })
})

describe('generateImage', () => {
  it('is a function of its seed', () => {
    const a = generateImage(7, { assets, width: 320, height: 256 })
    const b = generateImage(7, { assets, width: 320, height: 256 })
    const c = generateImage(8, { assets, width: 320, height: 256 })
    expect(a.pixels.length).toBe(320 * 256 * 3)
    expect(Buffer.compare(a.pixels, b.pixels)).toBe(0)
    expect(a.lines).toEqual(b.lines)
    expect(Buffer.compare(a.pixels, c.pixels)).not.toBe(0)
  })

  it.each(SCENE_NAMES)('%s: boxes inside the picture, at least eight numbers each', (name) => {
    if (name === 'columns' && !assets.fonts.supports('hans') && !assets.fonts.supports('hant')) return
    const { lines, scene, words } = generateImage(3, { assets, scenes: [name], width: 512, height: 512 })
    expect(scene).toBe(name)
    expect(lines.length > 0).toBe(name !== 'nothing')
    expect(words).toBeDefined()
    for (const { points, text } of [...lines, ...words!]) {
      expect(points.length).toBeGreaterThanOrEqual(6)
      expect(text).not.toBe('')
      for (const value of points) expect(value >= 0 && value <= 511).toBe(true)
    }
  })

  it('gives the same lines as a JPEG', () => {
    const options = { assets, width: 256, height: 256 }
    const { jpeg, lines } = generateJpeg(5, options)
    expect(jpeg.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
    expect(lines).toEqual(generateImage(5, options).lines)
  })
})

describe('writeSyntheticSet', () => {
  it('writes lists and boxes that the readers of the project understand', async () => {
    const set = path.join(folder, 'set')
    const options = { assets, width: 256, height: 256, count: 5, seed: 2, testShare: 0.4 }
    const report = await writeSyntheticSet({ ...options, folder: set, words: false })
    expect([report.train, report.test]).toEqual([3, 2])
    const entries = parseListFile(await readFile(path.join(set, 'train_list.txt'), 'utf8'))
    expect(entries.length).toBe(3)
    let texts = 0
    for (const part of ['train', 'test'])
      for (const entry of parseListFile(await readFile(path.join(set, `${part}_list.txt`), 'utf8'))) {
        const read = parseIcdar(await readFile(path.join(set, entry.annotation!), 'utf8'), entry.annotation!)
        expect(read.problems.filter((problem) => problem.severity === 'error')).toEqual([])
        texts += read.texts.length
      }
    expect(texts).toBe(report.texts)
  })

  it('does not mix with what is there', async () => {
    await writeFile(path.join(folder, 'mine.txt'), 'mine')
    const options = { assets, count: 1, seed: 2, testShare: 0, words: false }
    await expect(writeSyntheticSet({ ...options, folder })).rejects.toMatchObject({ code: 'folder-not-empty' })
  })

  it('stopped, it leaves a smaller complete set', async () => {
    const set = path.join(folder, 'stopped')
    const abort = new AbortController()
    const report = await writeSyntheticSet({
      ...{ assets, width: 256, height: 256, count: 50, seed: 2, testShare: 0, words: true, folder: set },
      signal: abort.signal,
      onProgress: (done) => done === 2 && abort.abort(),
    })
    expect(report.train).toBe(2)
    expect(parseListFile(await readFile(path.join(set, 'train_list.txt'), 'utf8')).length).toBe(2)
  })
})

describe('fonts, words and numbers', () => {
  it('without fonts it says what to install', () => {
    expect(() => new Fonts([folder])).toThrowError(expect.objectContaining({ code: 'fonts-missing' }))
  })

  it('a file that is no font has no coverage', async () => {
    const file = path.join(folder, 'broken.ttf')
    await writeFile(file, Buffer.from([0, 1, 0, 0, 0, 9, 0, 0]))
    expect(readCoverage(file)).toBeUndefined()
  })

  it('coverage is that of the glyphs a face draws', () => {
    const { coverage } = latinFace()
    expect(coverage.hasAll('ABCxyz019')).toBe(true)
    expect(coverage.has(0xe123)).toBe(false)
  })

  it('few words still make texts of all kinds', () => {
    const texts = new Texts({ en: ['word'], eu: ['mot'], hans: ['字'], hant: ['國'] })
    const r = new Draw(9)
    for (const language of ['en', 'eu', 'ru', 'hans', 'hant'] as const) {
      expect(texts.running(r, language, 30).length).toBeGreaterThan(10)
      for (let i = 0; i < 20; i++) expect(texts.short(r, language).trim()).not.toBe('')
    }
    for (let i = 0; i < 50; i++) expect(texts.code(r)).toMatch(/^[A-Z0-9][A-Z0-9-]*[A-Z0-9]$/)
  })

  it('measures text without ink', () => {
    const context = createCanvas(8, 8).getContext('2d')
    expect(measureInk(context, '').width).toBe(0)
  })
})

describe('plane', () => {
  it('a homography takes the corners to the quad and back', () => {
    const quad: Point[] = [
      [10, 12],
      [90, 5],
      [110, 60],
      [2, 70],
    ]
    const m = rectangleToQuad(40, 20, quad)
    const corners: Point[] = [
      [0, 0],
      [40, 0],
      [40, 20],
      [0, 20],
    ]
    corners.forEach((corner, i) => {
      const there = project(m, corner)
      expect(Math.hypot(there[0] - quad[i][0], there[1] - quad[i][1])).toBeLessThan(1e-9)
      const back = project(inverseOf(m), there)
      expect(Math.hypot(back[0] - corner[0], back[1] - corner[1])).toBeLessThan(1e-9)
    })
  })

  it('thickness is the height of a line whatever its direction', () => {
    const turned = (angle: number): Point[] =>
      [
        [0, 0],
        [100, 0],
        [100, 12],
        [0, 12],
      ].map(([x, y]) => [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)])
    for (const angle of [0, 0.7, 2]) expect(thicknessOf(turned(angle))).toBeCloseTo(12, 6)
  })

  it('clips to the sheet', () => {
    expect(
      clipToSheet(
        [
          [-5, 2],
          [-1, 2],
          [-1, 8],
          [-5, 8],
        ],
        10,
        10,
      ),
    ).toEqual([])
  })
})
