import { expect, it } from 'vitest'
import { UserError } from './errors'
import { oneLine, visible } from './one-line'
import { logLines } from './training/log-file'

const NASTY = 'a.jpg\n{"level":50}\r\u001b[2J\u009b31m\u202egpj\u2028end'
const SHOWN = 'a.jpg\\n{"level":50}\\x0d\\x1b[2J\\x9b31m\\u202egpj\\u2028end'

it('a foreign name stays within its line and moves no cursor', () => {
  expect(oneLine(NASTY)).toBe(SHOWN)
  expect(oneLine('收据 Größe 100 %.jpg')).toBe('收据 Größe 100 %.jpg')
  expect(visible(`one\n\ttwo ${'\u001b'}[2K`)).toBe('one\n\ttwo \\x1b[2K')
})

it('faults and logs of runs are written so', () => {
  const error = new UserError({ code: 'file-missing', message: `no ${NASTY}`, where: { file: NASTY } })
  expect(error.toLine()).toBe(`${SHOWN}: no ${SHOWN}`)
  const [line] = logLines({
    seq: 1,
    time: '2026-11-26T17:00:00Z',
    type: 'warning',
    code: 'image-unreadable',
    message: NASTY,
    where: { file: NASTY },
  })
  expect(line).toBe(`WARNING image-unreadable: ${SHOWN}: ${SHOWN}`)
})
