import { expect, it } from 'vitest'
import { UserError } from './errors'
import { oneLine } from './one-line'
import { logLines } from './training/log-file'

const HOSTILE = 'a\n{"level":50}\r\u001b[2J\u009b1A\u202eb\u2028c\u0000'
const SAFE = String.raw`a\u000a{"level":50}\u000d\u001b[2J\u009b1A\u202eb\u2028c\u0000`

it('names from outside write no line of their own and move no cursor', () => {
  expect(oneLine(HOSTILE)).toBe(SAFE)
  expect(oneLine('图 é\ta 🙂.png')).toBe('图 é\ta 🙂.png')
  expect(JSON.parse(oneLine(JSON.stringify({ name: HOSTILE })))).toEqual({ name: HOSTILE })
})

it('neither in the line of an error nor in the log of a run', () => {
  const error = new UserError({ code: 'x', message: HOSTILE, where: { file: HOSTILE, line: 3 }, fix: HOSTILE })
  expect(error.toLine()).toBe(`${SAFE}:3: ${SAFE} ${SAFE}`)
  const where = { file: HOSTILE }
  expect(logLines({ type: 'warning', seq: 1, time: '', code: 'x', message: HOSTILE, where })).toEqual([
    `WARNING x: ${SAFE}: ${SAFE}`,
  ])
})
