import { Random } from '../../detector/random'

/** Random numbers with the distributions that scenes are made of; a function of its key alone. */
export class Draw extends Random {
  /** Uniform whole number, both ends included. */
  integer(low: number, high: number): number {
    return Math.floor(this.range(low, high + 1))
  }

  /** Uniform on a logarithmic scale: as many between 10 and 20 as between 20 and 40. */
  logRange(low: number, high: number): number {
    return Math.exp(this.range(Math.log(low), Math.log(high)))
  }

  pick<T>(list: ArrayLike<T>): T {
    return list[this.int(list.length)]
  }

  /** One value out of [value, weight] pairs; weights need not add up to 1. */
  weighted<T>(pairs: readonly (readonly [T, number])[]): T {
    let left = this.next() * pairs.reduce((sum, pair) => sum + pair[1], 0)
    for (const [value, weight] of pairs) {
      left -= weight
      if (left <= 0) return value
    }
    return pairs[pairs.length - 1][0]
  }
}
