import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BatchInfo } from '../batches/schema'
import type { ModelInfo } from '../models/schema'
import { blob, form, QUICK } from '../testing/forms'
import { wordPicture } from '../testing/sample-data'
import { asJsonPost, errorCode, rawRequest, startTestServer, type TestServer, until } from '../testing/test-server'
import type { Detection } from './schema'

vi.setConfig({ testTimeout: 180_000 })
let server: TestServer
let picture: Buffer
beforeAll(async () => {
  server = await startTestServer()
  picture = (await wordPicture(1)).png
})
afterAll(() => server.end())

/** A body in chunks that goes on until the server has answered or hung up. */
async function sendEndless(port: number, path: string, type: string, first: string) {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  let over = false
  socket.on('data', (data) => {
    answer += data.toString()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    over = true
  })
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
  socket.write(chunk(first))
  const piece = chunk('x'.repeat(50_000))
  let sent = 0
  for (; !over && !answer.includes('upload-too-large') && sent < 100e6; sent += 50_000) {
    socket.write(piece)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  socket.destroy()
  return { sent, answer }
}

describe('detection', () => {
  let found: Detection
  it('finds boxes, with candidates to filter and the original keys in their order', async () => {
    found = await server.json<Detection>('/detect', form({ settings: QUICK, image: blob(picture) }))
    expect(Object.keys(found).slice(0, 6)).toEqual([
      'image_path',
      'texts',
      'boxes',
      'scores',
      'success',
      'inference_time',
    ])
    expect(found.image_path).toBe('picture.png')
    expect(found.image_size).toEqual([192, 128])
    expect(found.boxes.length).toBe(found.scores.length)
    expect(found.texts).toEqual(found.boxes.map(() => ['']))
    expect(found.scores.every((score, i) => score >= 0.05 && (i === 0 || score <= found.scores[i - 1]))).toBe(true)
    expect(found.settings.size).toEqual({ rule: 'long-side', value: 192 })
    // The base model's calibrated thresholds, where none were given.
    const [base] = await server.json<ModelInfo[]>('/models')
    expect(found.settings).toMatchObject(base.thresholds)
    expect(await server.json<Detection>(`/results/${found.resultId}`)).toEqual(found)
  })

  it('leaves out what lies below the threshold when asked to', async () => {
    const settings = '{"sizeRule":"long-side","size":192,"threshold":0.9}'
    const few = await server.json<Detection>('/detect', form({ image: blob(picture), filter: 'true', settings }))
    expect(few.scores.every((score) => score >= 0.9)).toBe(true)
    expect(few.texts.length).toBe(few.boxes.length)
  })

  it('finds boxes again from the kept map, and gives map, picture and image', async () => {
    const again = await server.post<Detection>(`/results/${found.resultId}/candidates`, {
      binarizeThreshold: found.settings.binarizeThreshold,
      polygon: true,
    })
    expect(again.boxes).toEqual(found.boxes)
    expect(again.polygons?.length).toBe(found.boxes.length)
    for (const [path, width] of [
      ['map', 192],
      ['map?layer=gray', 192],
      ['picture?threshold=0.1', 192],
      ['image', 192],
    ] as const) {
      const answer = await server.api(`/results/${found.resultId}/${path}`)
      expect(answer.status).toBe(200)
      const meta = await sharp(Buffer.from(await answer.arrayBuffer())).metadata()
      expect([meta.width, meta.height]).toEqual([width, 128])
    }
  })

  it('writes the output directory of the original', async () => {
    const folders = await until(
      async () => (existsSync(join(server.folder, 'outputs')) ? readdir(join(server.folder, 'outputs')) : []),
      (names) => names.length >= 2,
    )
    const folder = join(server.folder, 'outputs', folders.sort()[0])
    await until(
      async () => existsSync(join(folder, 'visualization', 'detection_result.png')),
      (there) => there,
    )
    const result = JSON.parse(await readFile(join(folder, 'json', 'result.json'), 'utf8'))
    expect(result.image_path).toBe('picture.png')
    expect(result.resultId).toBeUndefined()
  })

  it('draws the pixels that it detected, and leaves no folder of a picture that fails', async () => {
    const outputs = join(server.folder, 'outputs')
    const before = await readdir(outputs)
    const torn = await server.api('/detect', form({ image: blob(picture.subarray(0, picture.length / 2)) }))
    expect(torn.status).toBe(400)
    expect(await readdir(outputs)).toEqual(before)
    const { resultId } = await server.json<Detection>('/detect', form({ settings: QUICK, image: blob(picture) }))
    await rm(join(server.folder, 'data', 'results', resultId, 'picture'))
    const drawn = await until(
      async () =>
        (await readdir(outputs))
          .filter((name) => !before.includes(name))
          .map((name) => join(outputs, name, 'visualization', 'detection_result.png'))
          .find((file) => existsSync(file)),
      (file) => file !== undefined,
      20,
    )
    expect((await sharp(drawn).metadata()).width).toBe(192)
  })

  it('says what is wrong with a request', async () => {
    const cases: [RequestInit, number, string][] = [
      [form({ image: blob(Buffer.from('no picture')) }), 400, 'image-type-unsupported'],
      [form({ image: blob(picture.subarray(0, picture.length / 2)) }), 400, 'image-unreadable'],
      [form({ settings: '{"threshold":2}', image: blob(picture) }), 400, 'option-invalid'],
      [form({ settings: '{"treshold":0.2}', image: blob(picture) }), 400, 'option-unknown'],
      [form({ settings: 'x', image: blob(picture) }), 400, 'json-invalid'],
      [form({ model: '../base', image: blob(picture) }), 400, 'request-invalid'],
      [form({ model: 'nothing', image: blob(picture) }), 404, 'model-unknown'],
      [form({ settings: '{}' }), 400, 'file-expected'],
      [{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }, 400, 'form-invalid'],
    ]
    for (const [init, status, code] of cases) {
      const answer = await server.api('/detect', init)
      expect([answer.status, await errorCode(answer)]).toEqual([status, code])
    }
    expect(await readdir(join(server.folder, 'data', 'uploads'))).toEqual([])
  })

  it('names no path of the server and no stack in refusals', async () => {
    const answer = await server.api('/detect', form({ image: blob(Buffer.from('no picture')) }))
    const text = await answer.text()
    expect(text).not.toContain(server.folder)
    expect(text).not.toContain('.ts')
  })

  it('knows only ids in addresses', async () => {
    for (const id of ['..', '%2e%2e', '..%2f..%2fapp.db', 'a%00b', '..%5c..', 'x'.repeat(65), '%25']) {
      for (const path of [`/results/${id}`, `/results/${id}/map`, `/models/${id}/file`, `/runs/${id}/files/log.txt`]) {
        const { status, body } = await rawRequest(server.port, `/api${path}`)
        expect([400, 404], `${path} ${body}`).toContain(status)
      }
    }
  })

  it('gives nothing of another place for any nasty part in any route', async () => {
    const { paths } = await server.json<{ paths: Record<string, Record<string, object>> }>('/openapi.json')
    const nasty = ['..', '%2e%2e', '.%2e%2f', '..%2f..%2fdata%2fapp.db', '%2fetc%2fpasswd', 'a%00', '..%5c', 'C%3a%5c']
    nasty.push(
      '%5c%5chost%5cshare',
      'con',
      'aux.txt',
      '%ff',
      '%c0%ae%c0%ae',
      'a%0d%0ab',
      '__proto__',
      'constructor',
      '%25',
    )
    for (const [path, methods] of Object.entries(paths).filter(([path]) => path.includes('{'))) {
      for (const part of nasty) {
        const way = path.replace(/\{\w+\}/g, part)
        for (const method of Object.keys(methods)) {
          const post = { headers: { 'content-type': 'application/json' }, body: '{}' }
          const request = { method: method.toUpperCase(), ...(method !== 'get' && post) }
          const { status, body } = await rawRequest(server.port, way, request)
          expect([400, 404, 405, 415], `${method} ${way} ${body}`).toContain(status)
          expect(body, way).not.toMatch(/root:|SQLite|\.ts:/)
        }
      }
    }
    expect((await server.api('/models')).status).toBe(200)
  })
})

describe('limits of pictures', () => {
  it('refuses too many bytes and too many pixels', async () => {
    const small = await startTestServer()
    try {
      small.context.config.limits.uploadBytes = 2000
      small.context.config.limits.pixels = 10_000
      const long = await small.api('/detect', form({ image: blob(Buffer.alloc(300_000, 1)) }))
      expect([long.status, await errorCode(long)]).toEqual([413, 'upload-too-large'])
      const flat = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#fff' } })
        .png()
        .toBuffer()
      const wide = await small.api('/detect', form({ image: blob(flat) }))
      expect([wide.status, await errorCode(wide)]).toEqual([413, 'image-too-large'])
      const body = `{"options":{"data":"${'x'.repeat(1_100_000)}"}}`
      const json = await small.api('/runs', { ...asJsonPost({}), body })
      expect([json.status, await errorCode(json)]).toEqual([413, 'upload-too-large'])
    } finally {
      await small.end()
    }
  })

  it('counts what comes in chunks, which name no length, and reads no further', async () => {
    const small = await startTestServer()
    try {
      small.context.config.limits.uploadBytes = 100_000
      const head = '--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
      for (const [path, type, first] of [
        ['/detect', 'multipart/form-data; boundary=x', head],
        ['/batches', 'multipart/form-data; boundary=x', head.replace('image', 'file')],
        ['/runs', 'application/json', '{"a":"'],
      ]) {
        const { sent, answer } = await sendEndless(small.port, `/api${path}`, type, first)
        expect([path, answer]).toEqual([path, expect.stringContaining('HTTP/1.1 413')])
        expect(answer).toContain('upload-too-large')
        expect(sent, path).toBeLessThan(50e6)
      }
      expect(await readdir(join(small.folder, 'data', 'uploads'))).toEqual([])
      expect((await small.json<BatchInfo[]>('/batches')).filter(({ total }) => total > 0)).toEqual([])
    } finally {
      await small.end()
    }
  })

  it('survives an upload that breaks off', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const head = `POST /api/detect HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n`
    socket.write(`${head}--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\nabc`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    socket.destroy()
    await until(
      () => readdir(join(server.folder, 'data', 'uploads')),
      (names) => names.length === 0,
      10,
    )
    expect((await server.api('/health')).status).toBe(200)
  })
})
