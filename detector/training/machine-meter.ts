import { availableParallelism } from 'node:os'
import type { RunEventBody } from './events'

const EVERY_MS = 10_000

/** What the process uses of the machine, at most every ten seconds. */
export class MachineMeter {
  private at = performance.now()
  private used = process.cpuUsage()

  /** One `machine` event when it is time: share of all cores (0–1) since the last one, resident memory. */
  read(): RunEventBody[] {
    const now = performance.now()
    if (now - this.at < EVERY_MS) return []
    const used = process.cpuUsage()
    const busyMs = (used.user + used.system - this.used.user - this.used.system) / 1000
    const cpu = Math.min(1, busyMs / ((now - this.at) * availableParallelism()))
    this.at = now
    this.used = used
    return [{ type: 'machine', cpu: Math.round(cpu * 1000) / 1000, memoryBytes: process.memoryUsage.rss() }]
  }
}
