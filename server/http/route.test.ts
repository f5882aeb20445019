import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ErrorBody } from '../../detector/errors'
import type { DatasetInfo } from '../datasets/schema'
import type { Detection } from '../detections/schema'
import type { ModelInfo } from '../models/schema'
import { blob, form, QUICK } from '../testing/forms'
import { wordPicture, writeSampleData } from '../testing/sample-data'
import { asJsonPost, errorCode, startTestServer, type TestServer, until } from '../testing/test-server'

vi.setConfig({ testTimeout: 180_000 })
let server: TestServer
let picture: Buffer
beforeAll(async () => {
  server = await startTestServer()
  picture = (await wordPicture(1)).png
})
afterAll(() => server.end())

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
    // A check that begins meanwhile takes no picture away from whoever looks.
    const asked = [0, 1, 2, 3].flatMap((index) =>
      [160, 320, 640].map((size) => server.api(`/datasets/${id}/images/train/${index}?size=${size}`)),
    )
    await server.post(`/datasets/${id}/check`, {})
    for (const answer of await Promise.all(asked)) expect(answer.status).toBe(200)
    await until(
      () => server.json<DatasetInfo>(`/datasets/${id}`),
      ({ state }) => state === 'ready',
    )
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
      form({ model: taken.id, settings: QUICK, image: blob(picture) }),
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

  it('refuses what it does not know in query, form and body, with the nearest name', async () => {
    const image = blob(picture)
    const cases: [string, RequestInit | undefined, string, string][] = [
      ['/detect', form({ treshold: '0.99', image }), 'treshold', 'Did you mean "threshold"?'],
      ['/detect', form({ image, filtre: 'true' }), 'filtre', 'Did you mean "filter"?'],
      ['/datasets', form({ nme: 'x', file: image }, { file: 'a.zip' }), 'nme', 'Did you mean "name"?'],
      ['/models', form({ nmae: 'x', file: image }, { file: 'a.pth' }), 'nmae', 'Did you mean "name"?'],
      ['/batches', form({ modle: 'base', file: image }), 'modle', 'Did you mean "model"?'],
      ['/batches', asJsonPost({ setings: {} }), 'setings', 'Did you mean "settings"?'],
      ['/models/base?forse=true', { method: 'DELETE' }, 'forse', 'Did you mean "force"?'],
      ['/models?limit=1', undefined, 'limit', 'Leave it out.'],
      ['/directories?pth=/', undefined, 'pth', 'Did you mean "path"?'],
      ['/batches/none/items?filer=all', undefined, 'filer', 'Did you mean "filter"?'],
      ['/batches/none/cancel', asJsonPost({ items: [] }), 'items', 'Leave it out.'],
      ['/exports', asJsonPost({ model: 'base', option: {} }), 'option', 'Did you mean "options"?'],
    ]
    for (const [path, init, name, fix] of cases) {
      const answer = await server.api(path, init)
      const { error } = (await answer.json()) as { error: ErrorBody }
      expect([path, answer.status, error.code, error.fix]).toEqual([path, 400, 'request-invalid', fix])
      expect(error.message).toContain(`"${name}"`)
    }
    const twice = await server.api('/directories?path=a&path=b')
    expect([twice.status, await errorCode(twice)]).toEqual([400, 'request-invalid'])
    expect(await server.json('/batches')).toEqual([])
  })

  it('takes detection options as fields of a form, in any order, with the checks of settings', async () => {
    const image = blob(picture)
    const size = { sizeRule: 'long-side', size: '192' }
    const before = await server.json<Detection>('/detect', form({ threshold: '0.99', ...size, image }))
    const after = await server.json<Detection>('/detect', form({ image, ...size, threshold: '0.99' }))
    for (const { settings } of [before, after]) {
      expect(settings).toMatchObject({ threshold: 0.99, size: { rule: 'long-side', value: 192 } })
    }
    const mixed = await server.json<Detection>('/detect', form({ settings: QUICK, polygon: 'true', image }))
    expect(mixed.settings).toMatchObject({ polygon: true, size: { rule: 'long-side', value: 192 } })
    for (const [fields, code] of [
      [{ threshold: '9' }, 'option-invalid'],
      [{ size: 'big' }, 'option-invalid'],
      [{ settings: '{"threshold":0.3}', threshold: '0.4' }, 'request-invalid'],
      [{ settings: '{"treshold":0.3}' }, 'option-unknown'],
    ] as const) {
      const answer = await server.api('/detect', form({ image, ...fields }))
      expect([fields, answer.status, await errorCode(answer)]).toEqual([fields, 400, code])
    }
    const document = await server.json<{ paths: Record<string, unknown> }>('/openapi.json')
    expect(JSON.stringify(document.paths['/api/detect'])).toContain('"unclipRatio"')
    expect(JSON.stringify(document.paths['/api/batches'])).toContain('"unclipRatio"')
  })

  it('says which pages of a picture were not read', async () => {
    const pages = await readFile(join(server.context.config.root, 'fixtures/images/three-pages.tif'))
    const { resultId, leftOut } = await server.json<Detection>(
      '/detect',
      form({ settings: QUICK, filter: 'true', image: blob(pages) }, { image: 'p.tif' }),
    )
    expect(leftOut).toEqual([{ name: 'p.tif', why: 'pages-unread', pages: 3 }])
    expect((await server.json<Detection>(`/results/${resultId}`)).leftOut).toEqual(leftOut)
    expect(await server.json<Detection>('/detect', form({ image: blob(picture) }))).not.toHaveProperty('leftOut')
  })

  it('refuses a second server on the same data', async () => {
    await expect(startTestServer({}, server.folder)).rejects.toMatchObject({ code: 'locked' })
    expect((await server.api('/ready')).status).toBe(200)
  })

  it('says when the port is taken', async () => {
    await expect(startTestServer({ port: server.port })).rejects.toMatchObject({ code: 'port-taken' })
  })
})
