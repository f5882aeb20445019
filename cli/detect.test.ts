import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { main } from './main'

const root = mkdtempSync(join(tmpdir(), 'cli-'))
afterAll(() => rmSync(root, { recursive: true }))
let count = 0
let output = ''
beforeEach(() => {
  output = join(root, String(count++))
})

const fixture = (name: string): string => join('fixtures', 'images', name)

async function run(argv: string[], signal = new AbortController().signal) {
  const [out, err]: [string[], string[]] = [[], []]
  const terminal = { out: (l: string) => out.push(l), err: (l: string) => err.push(l), signal, debug: true }
  const code = await main([...argv, '--output', output, '--threads', '2'], terminal)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('ocr-detect detect', () => {
  it('writes result.json and detection_result.png as the original does', async () => {
    const { code, out } = await run(['detect', fixture('page.png')])
    expect(code).toBe(0)
    expect(out).toMatch(
      /page\.png: 10 boxes in \d+\.\d{3} s \(decode \d+, preprocess \d+, network \d+, postprocess \d+ ms\)/,
    )
    const result = JSON.parse(readFileSync(join(output, 'json', 'result.json'), 'utf8'))
    expect(result).toMatchObject({ image_path: 'page.png', success: true, image_size: [640, 448] })
    expect(result.boxes).toHaveLength(10)
    const drawn = await sharp(join(output, 'visualization', 'detection_result.png')).metadata()
    expect(drawn).toMatchObject({ width: 640, height: 448 })
  })

  it('prints one JSON object, with polygons when asked', async () => {
    const { code, out, err } = await run([
      'detect',
      fixture('page.png'),
      '--json',
      '--polygon',
      '--no-picture',
      '--threshold=0',
    ])
    expect([code, err]).toEqual([0, ''])
    const result = JSON.parse(out)
    expect(result.polygons).toHaveLength(result.boxes.length)
    expect(result.files).toEqual({ json: join(output, 'json', 'result.json') })
    expect(readdirSync(join(output, 'visualization'))).toEqual([])
  })

  it('leaves nothing behind when the picture cannot be read', async () => {
    const { code, err } = await run(['detect', fixture('cut.jpg')])
    expect(code).toBe(2)
    expect(err).toMatch(/cut\.jpg: The picture is damaged or cut off/)
    expect(err).not.toContain('\n')
    expect(existsSync(output)).toBe(false)
  })
})

describe('ocr-detect batch', () => {
  const folder = join(root, 'pictures')

  it('goes on past a bad picture, reports it, and lists all in results.csv', async () => {
    mkdirSync(folder)
    copyFileSync(fixture('page.png'), join(folder, 'a.png'))
    copyFileSync(fixture('cut.jpg'), join(folder, 'b.jpg'))
    copyFileSync(fixture('orientation-6.jpg'), join(folder, 'a.jpg'))
    const { code, out } = await run(['batch', folder, '--json'])
    expect(code).toBe(1)
    const summary = {
      images: 3,
      done: 2,
      failed: 1,
      boxes: 10,
      failures: [{ image: 'b.jpg', code: 'image-unreadable' }],
    }
    expect(JSON.parse(out)).toMatchObject(summary)
    expect(readdirSync(join(output, 'json')).sort()).toEqual(['a.json', 'a_2.json', 'b.json'])
    expect(readdirSync(join(output, 'visualization')).sort()).toEqual(['a.png', 'a_2.png'])
    expect(JSON.parse(readFileSync(join(output, 'json', 'b.json'), 'utf8'))).toMatchObject({ success: false })
    const lines = readFileSync(join(output, 'results.csv'), 'utf8').trimEnd().split('\r\n')
    expect(lines.map((line) => line.split(',').slice(0, 3).join())).toEqual([
      '\ufeffimage,success,boxes',
      'a.jpg,true,0',
      'a.png,true,10',
      'b.jpg,false,0',
    ])
  })

  it('takes names as long as the disk allows, and shortens those of the results', async () => {
    const long = join(root, 'long')
    mkdirSync(long)
    const names = ['x'.repeat(251), '字'.repeat(83), `${'字'.repeat(82)}二`, 'z'].map((name) => `${name}.png`)
    for (const name of names) copyFileSync(fixture('grey.png'), join(long, name))
    const { code, out, err } = await run(['batch', long, '--json'])
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({ images: 4, done: 4, failed: 0 })
    const stems = ['x'.repeat(180), 'z', '字'.repeat(60), `${'字'.repeat(60)}_2`]
    expect(readdirSync(join(output, 'json')).sort()).toEqual(stems.map((stem) => `${stem}.json`))
    expect(readdirSync(join(output, 'visualization')).sort()).toEqual(stems.map((stem) => `${stem}.png`))
  })

  it('a picture whose result cannot be written fails alone, and the table says so', async () => {
    mkdirSync(join(output, 'json', 'a.json'), { recursive: true })
    mkdirSync(join(output, 'visualization', 'b.png'), { recursive: true })
    const three = join(root, 'three')
    mkdirSync(three)
    for (const name of ['a', 'b', 'c']) copyFileSync(fixture('grey.png'), join(three, `${name}.png`))
    const { code, out } = await run(['batch', three, '--json'])
    expect(code).toBe(1)
    const failures = ['a', 'b'].map((name) => ({ image: `${name}.png`, code: 'write-refused' }))
    expect(JSON.parse(out)).toMatchObject({ images: 3, done: 1, failed: 2, failures })
    const lines = readFileSync(join(output, 'results.csv'), 'utf8').trimEnd().split('\r\n').slice(1)
    expect(lines.map((line) => line.split(',').slice(0, 2).join())).toEqual([
      'a.png,false',
      'b.png,false',
      'c.png,true',
    ])
    expect(JSON.parse(readFileSync(join(output, 'json', 'b.json'), 'utf8'))).toMatchObject({ success: false })
  })

  it('keeps what was done when it is stopped', async () => {
    const stop = new AbortController()
    stop.abort()
    const { code, err } = await run(['batch', folder], stop.signal)
    expect(code).toBe(1)
    expect(err).toContain('Stopped after 0 of 3 pictures.')
    expect(readdirSync(output).sort()).toEqual(['json', 'results.csv', 'visualization'])
  })
})
