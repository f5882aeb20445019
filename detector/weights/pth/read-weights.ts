import { UserError } from '../../errors'
import { parameters } from '../../network/parameters'
import type { TensorDict } from '../../network/types'
import { openPth, type PthFile } from './pth-file'
import { type LayoutMatch, matchLayout, tensorTables, type WeightLayout, type WeightReport } from './weight-layout'

export interface ReadWeights {
  /** Our 158 names in PyTorch's order; without the threshold head when the file has none (`report.missing`). */
  tensors: TensorDict
  layout: WeightLayout
  report: WeightReport
}

/** Names shown in a message; the rest is counted. */
const SHOWN = 3
/** Inputs of a head's first convolution: four blocks of this many channels, one per pyramid level. */
const LEVEL_CHANNELS = 64
const LARGEST_HALF = 65504

/**
 * Reads the weights of the detector from a `.pth`/`.pt` of any known layout, as float32 under our names. Nothing in the
 * file is executed.
 *
 * @throws UserError `file-missing`, `file-unreadable`, `not-weights`, `weights-damaged`, `pickle-refused`,
 *   `weights-other-network`, `weights-deformable`, `weights-incomplete`, `weights-not-finite`
 */
export async function readWeights(path: string): Promise<ReadWeights> {
  const file = await openPth(path)
  try {
    const match = matchFile(file, path)
    const tensors: TensorDict = new Map()
    for (const { name, dims, role } of parameters) {
      const tensor = match.tensors.get(name)
      if (tensor) {
        const data = await file.readTensor(tensor)
        if (role === 'running-var' && unsaturate(data)) match.report.saturated.push(name)
        if (!data.every(Number.isFinite)) throw notFinite(path, name)
        tensors.set(name, { dims: [...dims], data })
      } else if (role === 'batches-tracked' && hasSibling(match, name)) {
        tensors.set(name, { dims: [], data: new Float32Array(1) })
      }
    }
    if (match.layout === 'mmocr') {
      for (const head of ['binarize', 'thresh']) {
        const weight = tensors.get(`decoder.${head}.0.weight`)
        if (weight) reverseLevels(weight)
      }
    }
    return { tensors, layout: match.layout, report: match.report }
  } finally {
    await file.close()
  }
}

/**
 * A variance beyond the range of float16 was saved as infinity, which would silence its channel (and could never be
 * trained away: the running average of infinity stays infinite). The largest float16 is the nearest that is known of it.
 */
function unsaturate(data: Float32Array): boolean {
  const saturated = data.includes(Infinity)
  if (saturated) for (let i = 0; i < data.length; i++) if (data[i] === Infinity) data[i] = LARGEST_HALF
  return saturated
}

const hasSibling = (match: LayoutMatch, name: string): boolean =>
  match.tensors.has(name.replace('num_batches_tracked', 'running_mean'))

/** mmocr concatenates the pyramid from the finest level to the coarsest, we the other way round. */
function reverseLevels({ dims, data }: { dims: number[]; data: Float32Array }): void {
  const [outputs, inputs, height, width] = dims
  const block = LEVEL_CHANNELS * height * width
  const row = inputs * height * width
  const old = data.slice()
  for (let o = 0; o < outputs; o++) {
    for (let at = 0; at < row; at += block) {
      data.set(old.subarray(o * row + at, o * row + at + block), o * row + row - block - at)
    }
  }
}

/** @throws UserError when the file's tensors are not this network's */
function matchFile(file: PthFile, path: string): LayoutMatch {
  const tables = tensorTables(file.root)
  const where = { file: path }
  if (tables.length === 0) {
    throw new UserError({
      code: 'not-weights',
      message: 'The file holds no tensors by name.',
      where,
      fix: 'Choose a file that holds a state_dict.',
    })
  }
  const names = tables.flatMap(({ tensors }) => [...tensors.keys()])
  const deformable = names.find((name) => /\.conv2?_offset\.|\.deform/.test(name))
  if (deformable) {
    throw new UserError({
      code: 'weights-deformable',
      message: `A plain ResNet-18 was expected, this one has deformable convolutions ("${deformable}").`,
      where,
      fix: 'Choose weights of DBNet with a plain ResNet-18.',
    })
  }
  const match = matchLayout(tables)
  const most = tables.reduce((a, b) => (b.tensors.size > a.tensors.size ? b : a)).tensors
  const inference = parameters.filter(({ name, role }) => role !== 'batches-tracked' && !isThreshold(name))
  const fitting = match ? inference.filter(({ name }) => match.tensors.has(name)).length : 0
  if (!match || fitting < inference.length / 2) {
    const [own] = match?.report.misshapen ?? []
    const found = own
      ? `"${own.name}" is ${shape(own.found)} instead of ${shape(own.expected)}`
      : `it holds ${most.size} tensors such as ${list([...most.keys()])}`
    throw new UserError({
      code: 'weights-other-network',
      message: `These are the weights of another network: ${fitting} of ${inference.length} tensors fit; ${found}.`,
      where,
      fix: 'Choose weights of DBNet with ResNet-18 (ModelScope, MhLiao/DB or mmocr names).',
    })
  }
  const { report } = match
  const missing = report.missing.filter((name) => !name.endsWith('num_batches_tracked') && !isOptional(name, report))
  if (missing.length + report.misshapen.length > 0) throw incomplete(path, missing, report)
  return match
}

const isThreshold = (name: string): boolean => name.startsWith('decoder.thresh.')

/** The threshold head serves training alone; files for inference may leave it out, but only as a whole. */
function isOptional(name: string, { missing }: WeightReport): boolean {
  return isThreshold(name) && parameters.every((p) => !isThreshold(p.name) || missing.includes(p.name))
}

function incomplete(file: string, missing: string[], { misshapen }: WeightReport): UserError {
  const parts: string[] = []
  if (missing.length > 0) parts.push(`${missing.length} missing (${list(missing)})`)
  if (misshapen.length > 0) {
    const shown = misshapen.map((m) => `${m.name}: ${shape(m.found)} instead of ${shape(m.expected)}`)
    parts.push(`${misshapen.length} of another shape (${list(shown)})`)
  }
  return new UserError({
    code: 'weights-incomplete',
    message: `The weights do not fit the network: ${parts.join('; ')}.`,
    where: { file },
    fix: 'Choose the complete weights of DBNet with ResNet-18.',
  })
}

function notFinite(file: string, name: string): UserError {
  return new UserError({
    code: 'weights-not-finite',
    message: `The weights are broken: "${name}" holds NaN or infinity.`,
    where: { file },
    fix: 'Choose another checkpoint, from before the training went wrong.',
  })
}

const shape = (dims: number[]): string => `[${dims.join(', ')}]`

const list = (names: string[]): string =>
  `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`
