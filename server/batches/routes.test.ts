import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ErrorBody } from '../../detector/errors'
import type { Detection } from '../detections/schema'
import { files, QUICK } from '../testing/forms'
import { wordPicture } from '../testing/sample-data'
import { errorCode, rawRequest, startTestServer, type TestServer, until } from '../testing/test-server'
import type { BatchAccepted, BatchInfo, BatchItemInfo, Uploaded } from './schema'

vi.setConfig({ testTimeout: 180_000 })
/** Arguments: the zip; names of entries, each with `=FILE` for its content. */
const ZIP_OF = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as z:
    for name, _, source in (a.partition("=") for a in sys.argv[2:]):
        z.writestr(name, open(source, "rb").read() if source else b"x")`
let server: TestServer
let picture: Buffer
beforeAll(async () => {
  server = await startTestServer()
  picture = (await wordPicture(1)).png
})
afterAll(() => server.end())

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
        { settings: QUICK, name: 'mixed' },
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

  it('lists the files of a zip and the pages that are not read', async () => {
    const zip = join(server.folder, 'mac.zip')
    const pages = await readFile(join(server.context.config.root, 'fixtures/images/three-pages.tif'))
    await writeFile(join(server.folder, 'p.tif'), pages)
    const entries = ['IMG_1.HEIC', 'a/scan.pdf', 'a/inner.zip', 'notes.txt', '__MACOSX/._p.tif', 'Thumbs.db']
    await promisify(execFile)('python3', ['-c', ZIP_OF, zip, ...entries, `a/p.tif=${join(server.folder, 'p.tif')}`])
    const fromZip = [
      { name: 'mac/IMG_1.HEIC', why: 'type-unread' },
      { name: 'mac/a/scan.pdf', why: 'type-unread' },
      { name: 'mac/a/inner.zip', why: 'archive-inside' },
      { name: 'mac/notes.txt', why: 'not-a-picture' },
    ]
    const content = await readFile(zip)
    const accepted = await server.json<BatchAccepted>('/batches', files([{ name: 'mac.zip', content }]))
    expect(accepted).toMatchObject({ refused: [], leftOut: fromZip })
    const batch = await ended(accepted.id)
    const unread = { why: 'pages-unread', pages: 3 }
    expect(batch).toMatchObject({ total: 1, done: 1, leftOut: [...fromZip, { name: 'mac/a/p.tif', ...unread }] })
    const { items } = await server.json<{ items: BatchItemInfo[] }>(`/batches/${batch.id}/items`)
    const result = await server.json<Detection>(`/batches/${batch.id}/items/${items[0].id}`)
    expect(result.leftOut).toEqual([{ name: 'p.tif', ...unread }])
    // Tried again, the pages are not counted twice.
    await server.post(`/batches/${batch.id}/retry`, { items: [items[0].id] })
    expect((await ended(batch.id)).leftOut).toHaveLength(5)

    const open = await server.post<BatchInfo>('/batches', {})
    const added = await server.json<Uploaded>(`/batches/${open.id}/files`, files([{ name: 'mac.zip', content }]))
    expect(added).toMatchObject({ added: 1, leftOut: fromZip, batch: { leftOut: fromZip } })
    await server.post(`/batches/${open.id}/close`, {})
    await ended(open.id)
  })

  it('ends a batch whose table cannot be written, says so, and gives the table in the zip', async () => {
    const { id } = await server.post<BatchInfo>('/batches', { settings: JSON.parse(QUICK) })
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
      },
    })
    // Tried again, each has a process to itself, the first one first.
    const killer = setInterval(() => {
      if (states['poison.png'] !== 'running' || (ends.size > 0 && states['a.png'] !== 'done')) return
      const { pid } = inference
      if (pid === undefined || ends.has(pid) || ends.size === 2) return
      ends.add(pid)
      process.kill(pid, 'SIGKILL')
    }, 10)
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
    clearInterval(killer)
    stop()
  })

  it('takes long Chinese names, and names that are equal once they are cut', async () => {
    const list = ['一', '二', '三'].map((end) => ({ name: `${'字'.repeat(80)}${end}.png`, content: picture }))
    const { id } = await server.json<BatchAccepted>('/batches', files(list, { settings: QUICK }))
    expect(await ended(id)).toMatchObject({ total: 3, done: 3, failed: 0 })
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
    await until(total, (n) => n === 1, 60)
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

  it('refuses fields after a file, however large that is, and fields that are wrong or there twice', async () => {
    const before = await server.json<BatchInfo[]>('/batches')
    const mixed = (parts: [string, string | Buffer][]): RequestInit => {
      const body = new FormData()
      for (const [name, value] of parts) {
        if (typeof value === 'string') body.append(name, value)
        else body.append(name, new Blob([new Uint8Array(value)]), 'a.png')
      }
      return { method: 'POST', body }
    }
    const large = Buffer.concat([picture, Buffer.alloc(8e6)])
    for (const content of [picture, large]) {
      for (const [name, value] of [
        ['settings', QUICK],
        ['threshold', '0.4'],
        ['model', 'base'],
        ['name', 'x'],
      ]) {
        const parts: [string, string | Buffer][] = [
          ['file', content],
          [name, value],
        ]
        const answer = await server.api('/batches', mixed(parts))
        const { error } = (await answer.json()) as { error: ErrorBody }
        expect([name, answer.status, error.code]).toEqual([name, 400, 'form-invalid'])
        expect(error).toMatchObject({
          message: expect.stringContaining(name),
          fix: 'Write the fields before the files.',
        })
      }
    }
    for (const [fields, code] of [
      [{ threshold: '9' }, 'option-invalid'],
      [{ settings: QUICK, size: '100' }, 'request-invalid'],
      [{ model: 'none' }, 'model-unknown'],
    ] as const) {
      const answer = await server.api('/batches', files([{ name: 'a.png', content: picture }], fields))
      expect(await errorCode(answer)).toBe(code)
    }
    const twice: [string, string | Buffer][] = [
      ['name', 'a'],
      ['name', 'b'],
      ['file', picture],
    ]
    expect(await errorCode(await server.api('/batches', mixed(twice)))).toBe('form-invalid')
    // Text where a file was meant.
    const text = await server.api('/batches', mixed([['file', 'photo.jpg']]))
    expect([text.status, await errorCode(text)]).toEqual([400, 'batch-empty'])
    expect(await server.json<BatchInfo[]>('/batches')).toHaveLength(before.length)
    const { id } = await server.json<BatchAccepted>(
      '/batches',
      files([{ name: 'a.png', content: picture }], { sizeRule: 'long-side', size: '192', threshold: '0.4' }),
    )
    expect((await ended(id)).settings).toMatchObject({ threshold: 0.4, size: { rule: 'long-side', value: 192 } })
    const late = await server.api(
      `/batches/${id}/files`,
      files([{ name: 'a.png', content: picture }], { model: 'base' }),
    )
    expect([late.status, await errorCode(late)]).toEqual([400, 'request-invalid'])
  })

  it('refuses empty batches, bad settings and names that lead elsewhere', async () => {
    const heic = join(server.folder, 'heic.zip')
    await promisify(execFile)('python3', ['-c', ZIP_OF, heic, 'IMG_1.HEIC', 'scan.pdf'])
    const unread = await server.api('/batches', files([{ name: 'heic.zip', content: await readFile(heic) }]))
    expect(((await unread.json()) as { error: ErrorBody }).error).toMatchObject({
      code: 'zip-without-pictures',
      message: expect.stringContaining('heic/IMG_1.HEIC, heic/scan.pdf'),
    })
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
