import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { openDataset } from '../detector/dataset/dataset'
import type { EvaluatedSample } from '../detector/evaluation/evaluate-set'
import type { LoaderSample } from '../detector/loading/loader-batch'
import type { Draw } from '../detector/loading/sampler'
import { Random } from '../detector/random'
import { gapsBetweenWords, joinWords, type MarkedText } from './join-words'

/**
 * `FOLDER[:words|:gaps][:xW]`: `words` joins words to lines, `gaps` leaves them and makes the gaps between those of a line
 * don't-care; W is the weight of the set among those of its kind.
 */
export interface SetName {
  folder: string
  name: string
  words: 'joined' | 'gaps' | undefined
  weight: number | undefined
}

export function parseSetName(text: string): SetName {
  const [folder, ...flags] = text.split(':')
  const weight = flags.find((flag) => /^x\d/.test(flag))
  return {
    folder,
    name: path.basename(path.resolve(folder)),
    words: flags.includes('words') ? 'joined' : flags.includes('gaps') ? 'gaps' : undefined,
    weight: weight === undefined ? undefined : Number(weight.slice(1)),
  }
}

/** What a set teaches a finder of lines; polygons in pixels of their picture, the given ones stay as they are. */
function asLines(set: SetName, polygons: readonly MarkedText[]): MarkedText[] {
  if (set.words === 'joined') return joinWords(polygons)
  return set.words === 'gaps' ? [...polygons, ...gapsBetweenWords(polygons)] : [...polygons]
}

/**
 * Names that must never be trained on, as `set/file`. A line `SET every test image …` names a set whose official test part
 * is reserved; its training part uses the same file names for other pictures, so such a set is not filtered by name.
 */
export async function readReserved(file: string | undefined): Promise<Set<string>> {
  if (file === undefined) return new Set()
  const rows = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => /^(\S+)\s+(.*)$/.exec(line.trim())!)
  const whole = new Set(rows.filter(([, , name]) => name.startsWith('every test image')).map(([, set]) => set))
  return new Set(rows.filter(([, set]) => !whole.has(set)).map(([, set, name]) => `${set}/${name}`))
}

interface Part {
  first: number
  count: number
  weight: number
}

/** All training pictures, and which of them a batch is made of. */
export class Mixture {
  readonly samples: LoaderSample[] = []
  private readonly parts: Record<'real' | 'synthetic', Part[]> = { real: [], synthetic: [] }
  readonly summary: string[] = []

  /** @param reserved of `readReserved` */
  async add(kind: 'real' | 'synthetic', set: SetName, reserved: ReadonlySet<string>): Promise<void> {
    // Every picture of the training part is for training: what is measured are the test parts.
    const { train } = await openDataset(set.folder, { splitShare: 0 })
    const free = train.filter(({ image }) => !reserved.has(`${set.name}/${path.basename(image)}`))
    const first = this.samples.length
    for (const { image, polygons } of free) this.samples.push({ image, polygons: asLines(set, polygons) })
    // The square root: large sets shall not drown small ones.
    const weight = set.weight ?? Math.sqrt(free.length)
    if (free.length > 0) this.parts[kind].push({ first, count: free.length, weight })
    this.summary.push(
      `${kind} ${set.name}: ${free.length} pictures (${train.length - free.length} reserved), weight ${weight.toFixed(1)}`,
    )
  }

  /** The pictures of a batch: a function of the seed, its number and the share of real ones. */
  draws(seed: number, batch: number, size: number, realShare: number): Draw[] {
    const random = new Random(seed, 0x6d69, batch)
    return Array.from({ length: size }, (_, i) => {
      const real = this.parts.synthetic.length === 0 || (this.parts.real.length > 0 && random.chance(realShare))
      const parts = real ? this.parts.real : this.parts.synthetic
      let left = random.next() * parts.reduce((sum, part) => sum + part.weight, 0)
      const part = parts.find(({ weight }) => {
        left -= weight
        return left <= 0
      })
      const { first, count } = part ?? parts[parts.length - 1]
      const index = first + random.int(count)
      return { index, key: [seed, batch, index, i] }
    })
  }
}

/** Every n-th picture of a test part, so that a validation stays short. */
export async function validationSamples(set: SetName, most: number): Promise<EvaluatedSample[]> {
  const { test } = await openDataset(set.folder, { need: 'test' })
  const step = most > 0 ? Math.max(1, Math.ceil(test.length / most)) : 1
  return test.filter((_, i) => i % step === 0).map((sample) => ({ ...sample, polygons: asLines(set, sample.polygons) }))
}
