import { expect, it } from 'vitest'
import { FreeStems } from './batch-info'

const bytes = (stem: string): number => Buffer.byteLength(stem)

it('gives each picture a name of its own that any disk takes', () => {
  const stems = new FreeStems()
  expect(['a.jpg', 'x/a.png', 'A.jpg', 'a_2.jpg', '.jpg'].map((name) => stems.take(name))).toEqual([
    ...['a', 'a_2', 'A_3', 'a_2_2', '.jpg'],
  ])
  // How letters with accents are written makes no other file.
  const written = ['\u00e9.jpg', 'e\u0301.jpg'].map((name) => stems.take(name).normalize('NFC'))
  expect(new Set(written).size).toBe(2)
})

it('cuts long names by bytes, in whole characters, and keeps them apart', () => {
  const stems = new FreeStems()
  const names = [
    `${'图'.repeat(80)}1`,
    `${'图'.repeat(80)}2`,
    `${'x'.repeat(179)}\u{1f600}`,
    `${'x'.repeat(179)}\u{1f000}`,
  ]
  const taken = names.map((name) => stems.take(`${name}.jpg`))
  expect(new Set(taken.map((stem) => Buffer.from(stem).toString())).size).toBe(4)
  for (const stem of taken) {
    expect(bytes(stem)).toBeLessThanOrEqual(180)
    expect(Buffer.from(stem).toString()).toBe(stem)
  }
})

it('finds a name at once among very many equal ones', () => {
  const stems = new FreeStems()
  const started = performance.now()
  for (let n = 0; n < 30_000; n++) stems.take('a.jpg')
  expect(stems.take('a.jpg')).toBe('a_30001')
  expect(performance.now() - started).toBeLessThan(3000)
})
