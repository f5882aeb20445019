import { parameters } from '../../network/parameters'
import { type PickleValue, TensorRef } from './pickle-values'

/**
 * Whose names a file uses: our own (ModelScope's DBModel), the same under its training prefix, MhLiao/DB with the parts
 * of ResNet that DBNet never uses, or mmocr.
 */
export type WeightLayout = 'modelscope' | 'modelscope-training' | 'mhliao' | 'mmocr'

export interface WeightReport {
  /** Path of dictionaries to the weights, `state_dict` for example; empty when they are the whole file. */
  wrapper: string
  /** What stood before each name, `model.module.` for example. */
  prefix: string
  /** Tensors in the dictionary. */
  entries: number
  /** Element type of the first convolution. */
  type: string
  /** Names of ours that the file lacks. Counters (num_batches_tracked) are then 0, the threshold head is absent. */
  missing: string[]
  /** The file's names that mean nothing to this network. */
  unexpected: string[]
  /** Names whose shape is another. */
  misshapen: { name: string; expected: number[]; found: number[] }[]
  /** Running variances that were saved in too few bits and stood at infinity; they are read as 65504. */
  saturated: string[]
  /** Surplus that some trainers always write and nobody uses (`backbone.fc`, `backbone.smooth`). */
  unused: string[]
}

/** A dictionary of tensors somewhere in the file. */
export interface TensorTable {
  wrapper: string
  tensors: Map<string, TensorRef>
}

/** The table that fits best, with our names for its tensors. */
export interface LayoutMatch {
  layout: WeightLayout
  report: WeightReport
  /** Of the right shape only. */
  tensors: Map<string, TensorRef>
}

/** Dictionaries inside one another are followed this deep. */
const MAX_DEPTH = 4

/** Never used by DBNet, always in MhLiao's files. */
const unusedNames = /^backbone\.(?:fc|smooth)\.(?:weight|bias)$/

const ownDims = new Map(parameters.map(({ name, dims }) => [name, dims]))

const fromMmocr: Record<string, string> = {
  'neck.lateral_convs.0.conv.weight': 'decoder.in2.weight',
  'neck.lateral_convs.1.conv.weight': 'decoder.in3.weight',
  'neck.lateral_convs.2.conv.weight': 'decoder.in4.weight',
  'neck.lateral_convs.3.conv.weight': 'decoder.in5.weight',
  'neck.smooth_convs.0.conv.weight': 'decoder.out2.weight',
  'neck.smooth_convs.1.conv.weight': 'decoder.out3.0.weight',
  'neck.smooth_convs.2.conv.weight': 'decoder.out4.0.weight',
  'neck.smooth_convs.3.conv.weight': 'decoder.out5.0.weight',
}

/** Our name for a name without prefix. */
function ownName(name: string): { own: string; mmocr: boolean } | undefined {
  if (ownDims.has(name)) return { own: name, mmocr: false }
  const renamed = Object.hasOwn(fromMmocr, name)
    ? fromMmocr[name]
    : name.replace(/^det_head\.binarize\./, 'decoder.binarize.').replace(/^det_head\.threshold\./, 'decoder.thresh.')
  return renamed !== name && ownDims.has(renamed) ? { own: renamed, mmocr: true } : undefined
}

/** Every dictionary with at least one tensor, outermost first. */
export function tensorTables(root: PickleValue): TensorTable[] {
  const tables: TensorTable[] = []
  const seen = new Set<PickleValue>()
  const visit = (value: PickleValue, path: string[]): void => {
    if (!(value instanceof Map) || seen.has(value) || path.length > MAX_DEPTH) return
    seen.add(value)
    const tensors = new Map<string, TensorRef>()
    for (const [key, item] of value) if (typeof key === 'string' && item instanceof TensorRef) tensors.set(key, item)
    if (tensors.size > 0) tables.push({ wrapper: path.join('.'), tensors })
    for (const [key, item] of value) if (item instanceof Map) visit(item, [...path, String(key)])
  }
  visit(root, [])
  return tables
}

/** What stands before the known names in most entries. */
function commonPrefix(names: Iterable<string>): { prefix: string; matches: number } {
  const counts = new Map<string, number>()
  for (const name of names) {
    for (let at = 0; at >= 0; at = name.indexOf('.', at) + 1 || -1) {
      if (!ownName(name.slice(at))) continue
      counts.set(name.slice(0, at), (counts.get(name.slice(0, at)) ?? 0) + 1)
      break
    }
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  return best ? { prefix: best[0], matches: best[1] } : { prefix: '', matches: 0 }
}

/**
 * Finds the network's weights among the dictionaries of a file: the one with most known names; of equals the first that
 * is no moving average (EMA), then the outermost.
 */
export function matchLayout(tables: readonly TensorTable[]): LayoutMatch | undefined {
  const candidates = tables.map((table) => ({ table, ...commonPrefix(table.tensors.keys()) }))
  const isAverage = (wrapper: string): number => (/ema|averag/i.test(wrapper) ? 1 : 0)
  candidates.sort((a, b) => b.matches - a.matches || isAverage(a.table.wrapper) - isAverage(b.table.wrapper))
  const [best] = candidates
  return best && best.matches > 0 ? applyLayout(best.table, best.prefix) : undefined
}

function applyLayout({ wrapper, tensors }: TensorTable, prefix: string): LayoutMatch {
  const found = new Map<string, TensorRef>()
  const report: WeightReport = {
    wrapper,
    prefix,
    entries: tensors.size,
    type: '',
    missing: [],
    unexpected: [],
    misshapen: [],
    saturated: [],
    unused: [],
  }
  let mmocr = false
  for (const [name, tensor] of tensors) {
    const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name
    const match = ownName(bare)
    if (!match) {
      ;(unusedNames.test(bare) ? report.unused : report.unexpected).push(name)
      continue
    }
    mmocr ||= match.mmocr
    const expected = ownDims.get(match.own) ?? []
    if (sameDims(expected, tensor.dims)) found.set(match.own, tensor)
    else report.misshapen.push({ name: match.own, expected, found: tensor.dims })
    if (match.own === 'backbone.conv1.weight') report.type = tensor.storage.type
  }
  const misshapen = new Set(report.misshapen.map(({ name }) => name))
  for (const { name } of parameters) if (!found.has(name) && !misshapen.has(name)) report.missing.push(name)
  const layout = mmocr ? 'mmocr' : report.unused.length > 0 ? 'mhliao' : prefix ? 'modelscope-training' : 'modelscope'
  return { layout, report, tensors: found }
}

/** A scalar may come as [] or as [1]. */
function sameDims(expected: number[], found: number[]): boolean {
  if (expected.length === 0) return found.every((dim) => dim === 1)
  return expected.length === found.length && expected.every((dim, i) => dim === found[i])
}
