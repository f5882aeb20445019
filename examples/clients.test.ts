import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findCandidates } from '../detector/detection/postprocess'
import { ScaledPicture, unitNormalisation } from '../detector/detection/preprocess'
import { sampleCode } from '../detector/export/sample-code'
import { FIXTURE_SIZE, fixtureModel, fixturePicture, fixturePixels } from './fixture'

interface Found {
  boxes: number[][]
  scores: number[]
}

const { width, height } = FIXTURE_SIZE
const examples = import.meta.dirname
let folder: string
let expected: Found

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clients-'))
  const raw = { width: fixturePicture.width, height: fixturePicture.height, channels: 3 as const }
  await writeFile(join(folder, 'model.onnx'), fixtureModel())
  await sharp(fixturePixels(), { raw })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toFile(join(folder, 'test.jpg'))
  const header = Buffer.from(`P6\n${raw.width} ${raw.height}\n255\n`)
  await writeFile(join(folder, 'test.ppm'), Buffer.concat([header, fixturePixels()]))
  await symlink(resolve(examples, '..', 'node_modules'), join(folder, 'node_modules'))
  expected = ownBoxes()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The same steps by the app's own code. */
function ownBoxes(): Found {
  const input = pictureInput()
  const size = width * height
  const map = Float32Array.from({ length: size }, (_, i) => 1 / (1 + Math.exp(20 * input[2 * size + i] - 10)))
  const settings = { binarizeThreshold: 0.3, unclipRatio: 1.5, minSide: 3, maxCandidates: 1000, minScore: 0.3 }
  const { boxes, scores } = findCandidates(map, width, height, settings)
  const scale = [fixturePicture.width / width, fixturePicture.height / height]
  return {
    boxes: Array.from(scores, (_, i) => Array.from(boxes.slice(8 * i, 8 * i + 8), (v, k) => v * scale[k % 2])),
    scores: [...scores],
  }
}

function pictureInput(): Float32Array {
  const picture = { data: fixturePixels(), width: fixturePicture.width, height: fixturePicture.height }
  const input = new Float32Array(3 * width * height)
  new ScaledPicture(picture, width, height).writeWindow({ x: 0, y: 0, width, height }, unitNormalisation, input)
  return input
}

/** Ways of scaling differ at borders: corners within 3 pixels of the photo, scores within 0.05; any order. */
function expectSame(found: Found): void {
  expect(expected.boxes.length).toBe(fixturePicture.bars.length)
  expect(found.boxes.length).toBe(expected.boxes.length)
  for (const [i, box] of expected.boxes.entries()) {
    const distances = found.boxes.map((other) => Math.max(...other.map((v, k) => Math.abs(v - box[k]))))
    const nearest = distances.indexOf(Math.min(...distances))
    expect(distances[nearest], `box ${i}`).toBeLessThan(3)
    expect(Math.abs(found.scores[nearest] - expected.scores[i])).toBeLessThan(0.05)
  }
}

/** Lines of a box and its score. */
function printed(output: string): Found {
  const numbers = output
    .trim()
    .split('\n')
    .map((line) => (line.match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number))
  return { boxes: numbers.map((line) => line.slice(0, 8)), scores: numbers.map((line) => line[8]) }
}

describe('Node', () => {
  it('finds the boxes of the picture', () => {
    const output = execFileSync(
      process.execPath,
      [join(examples, 'node/detect.mjs'), 'model.onnx', 'test.jpg', '0.3'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    expectSame(JSON.parse(output) as Found)
  })

  it('runs the sample code of the export tab', async () => {
    await writeFile(join(folder, 'sample.mjs'), sampleCode('model.onnx', width, height, 0.3).javascript)
    // One line each, whatever the width of the terminal.
    const log = 'const log = console.log; console.log = (...parts) => log(parts.flat().join(" "))\n'
    await writeFile(join(folder, 'flat.mjs'), log)
    const output = execFileSync(process.execPath, ['--import', './flat.mjs', 'sample.mjs'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expectSame(printed(output))
  })
})

describe('WebAssembly', () => {
  it('runs the whole graph in onnxruntime-web as onnxruntime-node does', async () => {
    const web = await import('onnxruntime-web/wasm')
    web.env.wasm.numThreads = 1
    const model = fixtureModel()
    const dims = [1, 3, height, width]
    const native = await InferenceSession.create(model)
    const wasm = await web.InferenceSession.create(model)
    for (const input of [pictureInput(), new Float32Array(3 * width * height).fill(1)]) {
      const want = await native.run({ input: new Tensor('float32', input, dims) })
      const got = await wasm.run({ input: new web.Tensor('float32', input, dims) })
      expect(Object.keys(got)).toEqual(['boxes', 'scores', 'probability'])
      expect(got.boxes.dims).toEqual(want.boxes.dims)
      expect(got.scores.dims).toEqual(want.scores.dims)
      const corners = want.boxes.data as Float32Array
      const difference = corners.map((v, i) => Math.abs(v - (got.boxes.data as Float32Array)[i]))
      expect(difference.reduce((most, v) => Math.max(most, v), 0)).toBeLessThan(0.05)
    }
    await native.release()
    await wasm.release()
  })
})

const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'import cv2, numpy, onnxruntime'], { stdio: 'ignore' }).status === 0,
)
describe.skipIf(!python)('Python', () => {
  const run = (args: string[]): string => execFileSync(python ?? '', args, { cwd: folder, encoding: 'utf8' })

  it('finds the boxes of the picture', () => {
    expectSame(JSON.parse(run([join(examples, 'python/detect.py'), 'model.onnx', 'test.jpg', '0.3'])) as Found)
  })

  it.each(['README.md', 'README.zh.md'])('runs the lines of %s', async (name) => {
    const text = await readFile(join(examples, '..', name), 'utf8')
    const [, code] = /```python\n([^`]+)```/.exec(text) ?? []
    const sized = code
      .replace('model_800x800.onnx', 'model.onnx')
      .replace('(800, 800)', `(${width}, ${height})`)
      .replace('[1] / 800', `[1] / ${width}`)
      .replace('[0] / 800', `[0] / ${height}`)
      .replace('print(boxes[scores > 0.3])', 'for b, s in zip(boxes, scores): print(b.tolist(), s)')
    expect(sized).not.toMatch(/\b800\b/)
    await writeFile(join(folder, 'readme.py'), sized)
    expectSame(printed(run(['readme.py'])))
  })

  it('runs the sample code of the export tab, which is the guide’s', async () => {
    await writeFile(join(folder, 'sample.py'), sampleCode('model.onnx', width, height, 0.3).python)
    expectSame(printed(run(['sample.py'])))
  })
})

const home = process.env.ONNXRUNTIME_HOME ?? ''
describe.skipIf(!existsSync(join(home, 'include')))('C++', () => {
  it('compiles and finds the boxes of the picture', () => {
    const include = ['include', 'include/onnxruntime', 'include/onnxruntime/core/session']
    execFileSync('g++', [
      '-std=c++17',
      '-Wall',
      '-Werror',
      join(examples, 'cpp/detect.cpp'),
      ...include.map((path) => `-I${join(home, path)}`),
      `-L${join(home, 'lib')}`,
      `-Wl,-rpath,${join(home, 'lib')}`,
      '-lonnxruntime',
      '-o',
      join(folder, 'detect'),
    ])
    const output = execFileSync(join(folder, 'detect'), ['model.onnx', 'test.ppm', '0.3'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expectSame(printed(output))
  })
})
