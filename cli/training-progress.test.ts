import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../detector/training/events'
import { formatSeconds, TrainingProgress } from './training-progress'

function screen(tty: boolean) {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  Object.assign(stream, { isTTY: tty, columns: 100 })
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text }
}

const step = (n: number): RunEvent => ({
  seq: n,
  time: '',
  type: 'step',
  step: n,
  epoch: 1,
  lr: 0.005,
  loss: 1.5,
  prob: 0,
  binary: 0,
  thresh: 0,
  imagesPerS: 4,
  dataWait: 0,
})

describe('formatSeconds', () => {
  it('shows hours only when there are some', () => {
    expect([5, 309, 3909].map(formatSeconds)).toEqual(['0:05', '5:09', '1:05:09'])
  })
})

describe('TrainingProgress', () => {
  it('overwrites one line in a terminal and shows rate and time left', () => {
    const { stream, text } = screen(true)
    const progress = new TrainingProgress(100, 8, stream)
    for (let n = 1; n <= 11; n++) progress.show(step(n), n * 2000)
    expect(text()).not.toContain('\n')
    expect(text().split('\r').at(-1)).toMatch(/step 11\/100 \| loss 1\.5000 \| 4\.0 images\/s \| ETA 2:58$/)
    progress.show({ seq: 12, time: '', type: 'epoch', epoch: 1, epochs: 9, loss: 1.25, seconds: 20 })
    expect(text()).toContain('\r\x1b[2KEpoch [1/9], Loss: 1.2500\n')
  })

  it('writes every tenth step as a line elsewhere', () => {
    const { stream, text } = screen(false)
    const progress = new TrainingProgress(25, 8, stream)
    for (let n = 1; n <= 25; n++) progress.show(step(n), n * 1000)
    expect(text().match(/step \d+/g)).toEqual(['step 1', 'step 10', 'step 20', 'step 25'])
  })
})
