import { expect, it } from 'vitest'
import { ResultNames } from './result-names'

it('equal names get numbers, also those that differ in ending, folder, case or form of accents', () => {
  const names = new ResultNames()
  expect(['a.jpg', 'b/a.png', 'A.tif', 'a_2.png', 'é.png', 'e\u0301.png'].map((name) => names.of(name))).toEqual([
    'a',
    'a_2',
    'A_3',
    'a_2_2',
    'é',
    'e\u0301_2',
  ])
  expect([names.of('.png'), names.of('')]).toEqual(['.png', 'image'])
})

it('long names are cut to whole characters by bytes, and stay apart', () => {
  const names = new ResultNames()
  const long = ['字'.repeat(83), '字'.repeat(82), `${'字'.repeat(81)}x`, 'n'.repeat(250), '😀'.repeat(62)].map((name) =>
    names.of(`${name}.png`),
  )
  expect(long).toEqual([
    '字'.repeat(60),
    `${'字'.repeat(60)}_2`,
    `${'字'.repeat(60)}_3`,
    'n'.repeat(180),
    '😀'.repeat(45),
  ])
})

it('very many equal names are numbered at once', () => {
  const names = new ResultNames()
  const started = performance.now()
  for (let n = 0; n < 30_000; n++) names.of('a.jpg')
  expect(names.of('a.jpg')).toBe('a_30001')
  expect(performance.now() - started).toBeLessThan(3000)
})
