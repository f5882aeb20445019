import { describe, expect, it } from 'vitest'
import { formatOf } from './format'

const zh = formatOf('zh')
const en = formatOf('en')

describe('numbers and units of the page', () => {
  it('writes sizes in decimal units', () => {
    expect(zh.bytes(93_210)).toBe('93 kB')
    expect(zh.bytes(3_100)).toBe('3.1 kB')
    expect(zh.bytes(49_400_000)).toBe('49.4 MB')
    expect(zh.bytes(999_600)).toBe('1.0 MB')
    expect(zh.bytes(512)).toBe('512 B')
    expect(zh.bytes(123_400_000)).toBe('123 MB')
  })

  it('writes spans, durations and estimates', () => {
    expect(zh.span(0.0187)).toBe('19 ms')
    expect(zh.span(0.2531)).toBe('0.253 s')
    expect(zh.duration(3.21)).toBe('3.2 s')
    expect(zh.duration(1390)).toBe('23:10')
    expect(zh.duration(3761)).toBe('1:02:41')
    expect(zh.estimate(3840)).toBe('≈ 1 h 04 min')
  })

  it('writes unknown as a dash and minus as a minus', () => {
    expect(zh.number(null, 3)).toBe('–')
    expect(zh.number(-0.5, 2)).toBe('−0.50')
    expect(zh.count(1460)).toBe('1,460')
  })

  it('writes times as people say them', () => {
    const now = new Date(2026, 10, 23, 12, 0, 0)
    expect(zh.ago(new Date(2026, 10, 23, 11, 59, 30), now)).toBe('刚刚')
    expect(en.ago(new Date(2026, 10, 23, 11, 56, 0), now)).toBe('4 min ago')
    expect(zh.ago(new Date(2026, 10, 22, 21, 32), now)).toBe('昨天 21:32')
    expect(en.ago(new Date(2026, 10, 18, 9, 12), now)).toBe('18 Nov 09:12')
    expect(zh.ago(new Date(2026, 10, 18, 9, 12), now)).toBe('11-18 09:12')
  })
})
