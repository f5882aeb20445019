import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../detector/errors'

const WINDOW_MS = 60_000

/** What one client, and what all of them together, may guess. */
interface GuessLimits {
  /** Wrong codes in a minute that are answered at once: of one client, of all. */
  free: { each: number; all: number }
  /** Longest that an answer is held back, ms. */
  longest: number
  /** Answers that are held back at a time: of one client, of all. */
  held: { each: number; all: number }
}
const USUAL: GuessLimits = { free: { each: 5, all: 50 }, longest: 10_000, held: { each: 10, all: 50 } }

/**
 * Makes guessing slow without locking anybody out. A right code is answered at once, whatever others sent. The answer to a
 * wrong one is held back: per client from one second on, doubling; when all clients together guess much, the longest time
 * for each. The answers that are held back are counted, per client and in all, whether or not the client still waits. At the
 * bound a code that could be guessed is not even looked at, so that no more than `held / longest` guesses a second (one of
 * a client, five of all) tell anything. A code that cannot be guessed at any speed (`strong`) is always looked at: so its
 * owner gets in while somebody at the same address keeps guessing. Comparing costs microseconds, there is no work to exhaust.
 */
export class GuessLimit {
  private readonly wrong = new WindowCount(WINDOW_MS)
  private readonly held = new Map<string, number>()
  private heldInAll = 0

  constructor(private readonly limits = USUAL) {}

  /** @throws UserError `too-many-tries` */
  async judge(address: string, matches: () => boolean, strong: boolean): Promise<boolean> {
    const client = clientOf(address)
    const { each, all } = this.limits.held
    const full = this.heldInAll >= all || (this.held.get(client) ?? 0) >= each
    if ((strong || !full) && matches()) return true
    if (full) {
      throw new UserError({
        code: 'too-many-tries',
        message: 'Too many wrong codes wait for their answer.',
        fix: 'Try again in a few seconds.',
      })
    }
    await this.holdBack(client)
    return false
  }

  /** Milliseconds that the next wrong code of a client would wait; counts it. */
  private pause(client: string): number {
    const { free, longest } = this.limits
    const of = this.wrong.add(client)
    if (this.wrong.add('') > free.all) return longest
    return of <= free.each ? 0 : Math.min(longest, 1000 * 2 ** (of - free.each - 1))
  }

  private async holdBack(client: string): Promise<void> {
    const pause = this.pause(client)
    if (pause === 0) return
    this.heldInAll++
    this.held.set(client, (this.held.get(client) ?? 0) + 1)
    await sleep(pause, undefined, { ref: false })
    this.heldInAll--
    const left = this.held.get(client)! - 1
    if (left > 0) this.held.set(client, left)
    else this.held.delete(client)
  }
}

/** An IPv6 client has a whole /64 of addresses. */
function clientOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [left, right] = address.split('%')[0].split('::')
  const groups = left.split(':').filter(Boolean)
  const missing = right === undefined ? 0 : 8 - groups.length - right.split(':').filter(Boolean).length
  return [...groups, ...Array(Math.max(0, missing)).fill('0')].slice(0, 4).join(':')
}

/** Counts per key within a window of time, of at most so many keys. */
class WindowCount {
  private counts = new Map<string, number>()
  private window = 0

  constructor(private readonly windowMs: number) {}

  /** @returns how many with this one */
  add(key: string, now = performance.now()): number {
    const window = Math.floor(now / this.windowMs)
    if (window !== this.window) {
      this.window = window
      this.counts = new Map()
    }
    const count = (this.counts.get(key) ?? 0) + 1
    if (this.counts.has(key) || this.counts.size < 10_000) this.counts.set(key, count)
    return count
  }
}

/** At most `most` requests per key in each `windowMs`. */
export class RequestLimit {
  private readonly counts: WindowCount

  constructor(
    private readonly most: number,
    windowMs: number,
  ) {
    this.counts = new WindowCount(windowMs)
  }

  allows(key: string, now = performance.now()): boolean {
    return this.counts.add(key, now) <= this.most
  }
}
