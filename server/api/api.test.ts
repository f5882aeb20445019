import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { wordPicture, writeSampleData } from '../testing/sample-data'
import { asJsonPost, errorCode, rawRequest, startTestServer, type TestServer, until } from '../testing/test-server'
import type { BatchAccepted, BatchInfo, BatchItemInfo, Uploaded } from './schemas/batch'
import type { DatasetInfo } from './schemas/dataset'
import type { Detection } from './schemas/detection'
import type { ModelInfo } from './schemas/model'

vi.setConfig({ testTimeout: 180_000 })
let server: TestServer
let picture: Buffer
beforeAll(async () => {
  server = await startTestServer()
  picture = (await wordPicture(1)).png
})
afterAll(() => server.end())

const form = (parts: Record<string, string | Blob>, names: Record<string, string> = {}): RequestInit => {
  const body = new FormData()
  for (const [key, value] of Object.entries(parts)) {
    if (typeof value === 'string') body.append(key, value)
    else body.append(key, value, names[key] ?? 'picture.png')
  }
  return { method: 'POST', body }
}
const files = (
  list: { name: string; content: Buffer | string }[],
  fields: Record<string, string> = {},
): RequestInit => {
  const body = new FormData()
  for (const [key, value] of Object.entries(fields)) body.append(key, value)
  for (const { name, content } of list) body.append('file', new Blob([new Uint8Array(Buffer.from(content))]), name)
  return { method: 'POST', body }
}
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
const blob = (content: Buffer): Blob => new Blob([new Uint8Array(content)])
const size = '{"sizeRule":"long-side","size":192}'

describe('detection', () => {
  let found: Detection
  it('finds boxes, with candidates to filter and the original keys in their order', async () => {
    found = await server.json<Detection>('/detect', form({ settings: size, image: blob(picture) }))
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

describe('batches', () => {
  const ended = (id: string): Promise<BatchInfo> =>
    until(
      () => server.json<BatchInfo>(`/batches/${id}`),
      ({ state }) => state === 'done',
    )

  it('takes files, folders and zips in one form, and gives a zip in the original layout', async () => {
    const zip = join(server.folder, 'more.zip')
    const inner = join(server.folder, 'inner')
    await mkdir(join(inner, 'deep'), { recursive: true })
    await writeFile(join(inner, 'deep', '扫描.png'), picture)
    await writeFile(join(inner, 'notes.txt'), 'x')
    await promisify(execFile)('python3', ['-m', 'zipfile', '-c', zip, join(inner, 'deep'), join(inner, 'notes.txt')])
    const accepted = await server.json<BatchAccepted>(
      '/batches',
      files(
        [
          { name: 'folder/a.png', content: picture },
          { name: 'other/a.png', content: (await wordPicture(5)).png },
          { name: 'broken.jpg', content: 'no picture' },
          { name: 'notes.txt', content: 'x' },
          { name: 'more.zip', content: await readFile(zip) },
        ],
        { settings: size, name: 'mixed' },
      ),
    )
    expect(accepted.refused.map(({ name, error }) => [name, error.code])).toEqual([
      ['notes.txt', 'image-type-unsupported'],
    ])
    const batch = await ended(accepted.id)
    expect(batch).toMatchObject({ name: 'mixed', total: 4, done: 3, failed: 1, open: false })
    const { items } = await server.json<{ items: BatchItemInfo[] }>(`/batches/${batch.id}/items`)
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['folder/a.png', 'done'],
      ['other/a.png', 'done'],
      ['broken.jpg', 'failed'],
      ['more/deep/扫描.png', 'done'],
    ])
    expect(items[2].error?.code).toBe('image-type-unsupported')
    expect(items[2].error?.where?.file ?? '').not.toContain(server.folder)
    const failed = await server.json<{ items: BatchItemInfo[] }>(`/batches/${batch.id}/items?filter=failed`)
    expect(failed.items).toHaveLength(1)
    const page = await server.json<{ items: BatchItemInfo[]; next: number }>(`/batches/${batch.id}/items?limit=2`)
    expect(page.next).toBe(2)
    for (const part of ['picture', 'thumbnail', 'image']) {
      const answer = await server.api(`/batches/${batch.id}/items/${items[0].id}/${part}`)
      expect([part, answer.status]).toEqual([part, 200])
    }
    const result = await server.json<Detection>(`/batches/${batch.id}/items/${items[0].id}`)
    expect(result.image_path).toBe('a.png')

    const download = await server.api(`/batches/${batch.id}/zip`)
    expect(download.headers.get('content-disposition')).toMatch(/outputs_\d{14}/)
    await writeFile(join(server.folder, 'got.zip'), Buffer.from(await download.arrayBuffer()))
    const { stdout } = await promisify(execFile)('python3', [
      '-c',
      'import sys,zipfile; print("\\n".join(sorted("/".join(n.split("/")[1:]) for n in zipfile.ZipFile(sys.argv[1]).namelist())))',
      join(server.folder, 'got.zip'),
    ])
    expect(stdout.trim().split('\n')).toEqual([
      'json/a.json',
      'json/a_2.json',
      'json/扫描.json',
      'results.csv',
      'visualization/a.png',
      'visualization/a_2.png',
      'visualization/扫描.png',
    ])
    const table = await readFile(
      join(server.folder, 'outputs', batch.directory.split('/').pop()!, 'results.csv'),
      'utf8',
    )
    expect(table.trim().split('\r\n')).toHaveLength(5)
  })

  it('ends a batch whose table cannot be written, says so, and gives the table in the zip', async () => {
    const { id } = await server.post<BatchInfo>('/batches', { settings: JSON.parse(size) })
    const { directory } = await server.json<BatchInfo>(`/batches/${id}`)
    const folder = join(server.folder, 'outputs', directory.split('/').pop()!)
    // A folder of that name is in the way.
    await mkdir(join(folder, 'results.csv', 'inside'), { recursive: true })
    await server.json(`/batches/${id}/files`, files([{ name: 'a.png', content: picture }]))
    await server.post(`/batches/${id}/close`, {})
    expect(await ended(id)).toMatchObject({ done: 1, failed: 0, error: { code: 'write-refused' } })
    expect((await readdir(folder)).sort()).toEqual(['json', 'results.csv', 'visualization'])
    const zip = Buffer.from(await (await server.api(`/batches/${id}/zip`)).arrayBuffer())
    expect(zip.includes('results.csv')).toBe(true)
  })

  it('closes what nobody adds to, and drops it when it is empty', async () => {
    const [kept, empty] = [await server.post<BatchInfo>('/batches', {}), await server.post<BatchInfo>('/batches', {})]
    await server.json(`/batches/${kept.id}/files`, files([{ name: 'a.png', content: picture }]))
    await server.context.batches.closeForgotten(60_000)
    expect((await server.json<BatchInfo>(`/batches/${kept.id}`)).open).toBe(true)
    await server.context.batches.closeForgotten(0)
    expect(await ended(kept.id)).toMatchObject({ open: false, done: 1 })
    expect((await server.api(`/batches/${empty.id}`)).status).toBe(404)
  })

  it('goes on past a picture that ends the process, which alone fails', async () => {
    const { id } = await server.post<BatchAccepted>('/batches', { settings: { sizeRule: 'long-side', size: 192 } })
    const items = async () => (await server.json<{ items: BatchItemInfo[] }>(`/batches/${id}/items`)).items
    // What a fault in native code does: the process is gone while it has that picture.
    const ends = new Set<number>()
    const states: Record<string, string> = {}
    const { hub, batches, inference } = server.context
    const { stop } = await hub.follow('batch', id, (await batches.watched(id)).file, 0, {
      event: (event) => {
        if (event.type !== 'item') return
        states[event.name] = event.state
        // Tried again, each is alone in the process and the first goes first.
        if (states['poison.png'] !== 'running' || (ends.size > 0 && states['a.png'] !== 'done')) return
        setTimeout(() => {
          const { pid } = inference
          if (pid === undefined || ends.has(pid)) return
          ends.add(pid)
          process.kill(pid, 'SIGKILL')
        }, 10)
      },
    })
    // Large, so that it is still in work then.
    const poison = (await wordPicture(1, 2400, 1800)).png
    const list = ['a', 'poison', 'b', 'c'].map((name) => ({
      name: `${name}.png`,
      content: name === 'poison' ? poison : picture,
    }))
    await server.api(`/batches/${id}/files`, files(list))
    await server.post(`/batches/${id}/close`, {})
    expect(await ended(id)).toMatchObject({ total: 4, done: 3, failed: 1 })
    expect((await items())[1].error?.code).toBe('picture-ends-process')
    expect(ends.size).toBe(2)
    stop()
  })

  it('keeps the whole pictures of an upload that breaks off', async () => {
    const { id } = await server.post<BatchAccepted>('/batches', { settings: { sizeRule: 'long-side', size: 192 } })
    const part = (name: string): string =>
      `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      `POST /api/batches/${id}/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 900000\r\n\r\n`,
    )
    socket.write(Buffer.concat([Buffer.from(part('whole.png')), picture, Buffer.from(`\r\n${part('cut.png')}`)]))
    socket.write(picture.subarray(0, 500))
    const total = async () => (await server.json<BatchInfo>(`/batches/${id}`)).total
    await until(total, (n) => n === 1, 10)
    socket.destroy()
    await until(
      () => readdir(join(server.folder, 'data', 'uploads')),
      (names) => names.length === 0,
      10,
    )
    await server.post(`/batches/${id}/close`, {})
    expect(await ended(id)).toMatchObject({ total: 1, done: 1, failed: 0 })
  })

  it('stays open for several uploads, is cancelled and tried again', async () => {
    const { id } = await server.post<BatchAccepted>('/batches', { settings: { sizeRule: 'long-side', size: 192 } })
    for (const start of [0, 5]) {
      const list = Array.from({ length: 5 }, (_, i) => ({ name: `${start + i}.png`, content: picture }))
      const { added } = await server.json<Uploaded>(`/batches/${id}/files`, files(list))
      expect(added).toBe(5)
    }
    expect((await server.json<BatchInfo>(`/batches/${id}`)).open).toBe(true)
    const cancelled = await server.post<BatchInfo>(`/batches/${id}/cancel`, {})
    expect(cancelled).toMatchObject({ state: 'stopped', open: false })
    const late = await server.json<Uploaded>(`/batches/${id}/files`, files([{ name: 'late.png', content: picture }]))
    expect(late).toMatchObject({ added: 0 })
    await server.post(`/batches/${id}/retry`, {})
    expect(await ended(id)).toMatchObject({ total: 10, done: 10 })
    expect((await server.api(`/batches/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await server.api(`/batches/${id}`)).status).toBe(404)
  })

  it('refuses empty batches, bad settings and names that lead elsewhere', async () => {
    const empty = await server.api('/batches', files([{ name: 'notes.txt', content: 'x' }]))
    expect([empty.status, await errorCode(empty)]).toEqual([400, 'image-type-unsupported'])
    const wrong = await server.api('/batches', files([{ name: 'a.png', content: picture }], { settings: '{"x":1}' }))
    expect(await errorCode(wrong)).toBe('option-unknown')
    const before = await server.json<BatchInfo[]>('/batches')
    const body = '--x\r\nContent-Disposition: form-data; name="file"; filename="../../evil.png"\r\n\r\nabc\r\n--x--\r\n'
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': String(body.length) }
    const outside = await rawRequest(server.port, '/api/batches', { method: 'POST', headers, body })
    expect(outside.status).toBe(403)
    expect(await server.json<BatchInfo[]>('/batches')).toHaveLength(before.length)
  })
})

describe('training data', () => {
  it('offers directories below the roots only', async () => {
    await writeSampleData(join(server.folder, 'words'))
    await mkdir(join(server.folder, 'empty'))
    await symlink('/etc', join(server.folder, 'way-out'))
    const top = await server.json<{ entries: { name: string; dataset: boolean }[]; parent: null }>('/directories')
    expect(top.parent).toBeNull()
    expect(top.entries.find(({ name }) => name === 'words')?.dataset).toBe(true)
    expect(top.entries.find(({ name }) => name === 'way-out')).toBeUndefined()
    for (const path of ['/', '/etc', `${server.folder}/..`, `${server.folder}/way-out`, `${server.folder}/data`]) {
      const answer = await server.api(`/directories?path=${encodeURIComponent(path)}`)
      expect([path, answer.status]).toEqual([path, 403])
      const added = await server.api('/datasets', asJsonPost({ path }))
      expect([path, added.status]).toEqual([path, 403])
    }
  })

  it('checks a directory and shows its pictures', async () => {
    const { id } = await server.post<{ id: string }>('/datasets', { path: join(server.folder, 'words') })
    const set = await until(
      () => server.json<DatasetInfo>(`/datasets/${id}`),
      ({ state }) => state !== 'checking',
    )
    expect(set.state).toBe('ready')
    expect(set.report).toMatchObject({
      ok: true,
      format: 'icdar',
      train: { images: 4, boxes: 12 },
      test: { images: 2 },
    })
    const page = await server.json<{ total: number; images: { width: number; boxes: unknown[] }[]; next: number }>(
      `/datasets/${id}/images?limit=3`,
    )
    expect(page).toMatchObject({ total: 4, next: 3 })
    expect(page.images[0]).toMatchObject({ width: 192, height: 128 })
    expect(page.images[0].boxes).toHaveLength(3)
    const rest = await server.json<{ images: unknown[]; next: null }>(`/datasets/${id}/images?limit=3&after=3`)
    expect([rest.images.length, rest.next]).toEqual([1, null])
    const shown = await server.api(`/datasets/${id}/images/test/1?size=100`)
    expect((await sharp(Buffer.from(await shown.arrayBuffer())).metadata()).width).toBe(160)
    expect((await server.api(`/datasets/${id}/images/test/2`)).status).toBe(404)
    expect((await server.api(`/datasets/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(existsSync(join(server.folder, 'words', 'train_list.txt'))).toBe(true)
  })

  it('takes a zip, and says what is wrong with one', async () => {
    const zip = join(server.folder, 'words.zip')
    await promisify(execFile)('python3', ['-m', 'zipfile', '-c', zip, join(server.folder, 'words')])
    const upload = form({ file: blob(await readFile(zip)) }, { file: '我的数据.zip' })
    const { id } = await server.json<{ id: string }>('/datasets', upload)
    const set = await until(
      () => server.json<DatasetInfo>(`/datasets/${id}`),
      ({ state }) => state !== 'checking',
    )
    expect(set).toMatchObject({ name: '我的数据', state: 'ready', origin: 'upload' })
    for (const content of [Buffer.from('no zip'), Buffer.alloc(0)]) {
      const answer = await server.api('/datasets', form({ file: blob(content) }, { file: 'x.zip' }))
      expect(await errorCode(answer)).toBe('zip-invalid')
    }
    const bad = await server.post<{ id: string }>('/datasets', { path: join(server.folder, 'empty') })
    const invalid = await until(
      () => server.json<DatasetInfo>(`/datasets/${bad.id}`),
      ({ state }) => state !== 'checking',
    )
    expect(invalid.state).toBe('invalid')
    const run = await server.api('/runs', asJsonPost({ dataset: bad.id, options: {} }))
    expect([run.status, await errorCode(run)]).toEqual([409, 'dataset-not-ready'])
  })
})

describe('models', () => {
  it('imports weights as data and guards what is deleted', async () => {
    const weights = await readFile(join(server.context.config.root, 'models/base/base.pth'))
    const taken = await server.json<ModelInfo>('/models', form({ file: blob(weights) }, { file: 'mine.pth' }))
    expect(taken).toMatchObject({ name: 'mine', kind: 'imported', format: 'pth', blocked: 'only-copy' })
    const download = await server.api(`/models/${taken.id}/file`)
    expect(download.headers.get('content-disposition')).toContain('mine.pth')
    expect((await download.arrayBuffer()).byteLength).toBe(taken.size)
    const found = await server.json<Detection>(
      '/detect',
      form({ model: taken.id, settings: size, image: blob(picture) }),
    )
    expect(found.model.name).toBe('mine')
    const kept = await server.api(`/models/${taken.id}`, { method: 'DELETE' })
    expect([kept.status, await errorCode(kept)]).toEqual([409, 'model-protected'])
    expect((await server.api(`/models/${taken.id}?force=true`, { method: 'DELETE' })).status).toBe(204)
    expect((await server.api('/models/base?force=true', { method: 'DELETE' })).status).toBe(409)
  })

  it('refuses what is no detector, and keeps nothing of it', async () => {
    // A pickle that would run a command.
    const hostile = Buffer.from("cos\nsystem\n(S'touch /tmp/pwned'\ntR.")
    for (const [name, content] of [
      ['a.pth', hostile],
      ['b.pth', Buffer.from('nothing')],
      ['c.onnx', Buffer.from('nothing')],
      ['d.exe', Buffer.from('MZ')],
    ] as const) {
      const answer = await server.api('/models', form({ file: blob(content) }, { file: name }))
      expect([name, answer.status]).toEqual([name, 400])
    }
    expect(existsSync('/tmp/pwned')).toBe(false)
    expect(await readdir(join(server.folder, 'data', 'models'))).toEqual([])
    expect(await server.json<ModelInfo[]>('/models')).toHaveLength(1)
  })
})

describe('the API itself', () => {
  it('describes every route', async () => {
    const document = await server.json<{ paths: Record<string, object> }>('/openapi.json')
    const paths = Object.keys(document.paths)
    expect(paths).toContain('/api/detect')
    expect(paths).toContain('/api/runs/{id}/events')
    expect(paths.length).toBeGreaterThan(35)
    const docs = await (await server.api('/docs')).text()
    for (const path of paths) expect(docs).toContain(path)
    const guide = await readFile(join(server.context.config.root, 'docs/api.md'), 'utf8')
    for (const path of ['detect', 'batches', 'datasets', 'runs', 'models', 'exports']) {
      expect(guide).toContain(`/api/${path}`)
    }
  })

  it('answers unknown routes, unknown keys and wrong bodies in the form of errors', async () => {
    const cases: [string, RequestInit | undefined, number, string][] = [
      ['/nothing', undefined, 404, 'route-unknown'],
      ['/runs', asJsonPost({ options: {}, extra: 1 }), 400, 'request-invalid'],
      ['/runs', { ...asJsonPost({}), body: '{' }, 400, 'json-invalid'],
      ['/runs', asJsonPost([]), 400, 'request-invalid'],
      ['/runs', asJsonPost({ dataset: 'nothing', options: {} }), 404, 'dataset-unknown'],
      ['/runs', asJsonPost({ options: { data: '/etc' } }), 403, 'path-refused'],
      ['/exports', asJsonPost({ model: 'base', options: { width: 33 } }), 400, 'option-invalid'],
      ['/batches?', asJsonPost({ settings: { threshold: 9 } }), 400, 'option-invalid'],
    ]
    for (const [path, init, status, code] of cases) {
      const answer = await server.api(path, init)
      expect([path, answer.status, await errorCode(answer)]).toEqual([path, status, code])
    }
  })

  it('refuses a second server on the same data', async () => {
    await expect(startTestServer({}, server.folder)).rejects.toMatchObject({ code: 'locked' })
    expect((await server.api('/ready')).status).toBe(200)
  })

  it('says when the port is taken', async () => {
    await expect(startTestServer({ port: server.port })).rejects.toMatchObject({ code: 'port-taken' })
  })
})
