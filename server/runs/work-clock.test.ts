import { expect, it } from 'vitest'
import type { RunEvent } from '../../detector/training/events'
import { WorkClock } from './work-clock'

const at = (seconds: number): string => new Date(1_750_000_000_000 + seconds * 1000).toISOString()
const status = (seconds: number, state: 'preparing' | 'running' | 'stopped'): RunEvent => ({
  seq: 1,
  time: at(seconds),
  type: 'status',
  state,
})

it('pauses between two starts do not count, and events read twice count once', () => {
  const clock = new WorkClock()
  const first = [status(0, 'preparing'), status(5, 'running'), status(60, 'stopped')]
  for (const event of [...first, ...first]) clock.add(event)
  expect(clock.seconds).toBe(60)
  for (const event of [status(1000, 'preparing'), status(1030, 'running')]) clock.add(event)
  expect([clock.before, clock.seconds]).toEqual([60, 90])
  expect(new Date(clock.since ?? 0).toISOString()).toBe(at(1000))
})
