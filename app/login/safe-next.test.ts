import { expect, it } from 'vitest'
import { safeNext } from './safe-next'

it('leads to pages of this site only', () => {
  const origin = 'http://ocr.example:7860'
  expect(safeNext('/models?a=1#b', origin)).toBe(`${origin}/models?a=1#b`)
  expect(safeNext(null, origin)).toBe(`${origin}/`)
  const others = [
    '/\t/evil.example',
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
  ]
  const more = [
    '\\\\evil.example',
    '/\n/evil.example',
    'http://ocr.example/',
    '/.//evil.example',
    'http://[',
    'data:,x',
  ]
  for (const next of [...others, ...more]) expect(new URL(safeNext(next, origin)).origin, next).toBe(origin)
})
