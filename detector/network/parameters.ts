import { defineNetwork, type NetworkForm } from './network-definition'

export type ParameterRole =
  | 'conv'
  | 'deconv'
  | 'deconv-bias'
  | 'bn-weight'
  | 'bn-bias'
  | 'running-mean'
  | 'running-var'
  | 'batches-tracked'

export interface Parameter {
  /** PyTorch's name. */
  name: string
  dims: number[]
  role: ParameterRole
}

/** All 158 entries of the state dict in PyTorch's order. */
export const parameters: readonly Parameter[] = listParameters()

const dimsByName = new Map(parameters.map(({ name, dims }) => [name, dims]))

/** Shape of a state dict entry; throws for a name the network does not have. */
export function parameterDims(name: string): number[] {
  const dims = dimsByName.get(name)
  if (!dims) throw new Error(`The network has no tensor ${name}`)
  return dims
}

/** True for what the optimiser moves (86 entries); the rest are statistics. */
export function isLearnable(role: ParameterRole): boolean {
  return role !== 'running-mean' && role !== 'running-var' && role !== 'batches-tracked'
}

export const parts = ['stem', 'backbone', 'decoder'] as const
/** What can be frozen from the front: the stem (conv1, bn1), the whole backbone (with the stem); never the decoder. */
export type Part = (typeof parts)[number]

/** The part of the network that a parameter belongs to. */
export function partOf(name: string): Part {
  if (name.startsWith('decoder.')) return 'decoder'
  return name.startsWith('backbone.conv1.') || name.startsWith('backbone.bn1.') ? 'stem' : 'backbone'
}

/** Which front part of the network gets no update and keeps its running statistics. */
export type Frozen = 'none' | 'stem' | 'backbone'

/** True for a part that lies in the frozen front. */
export function isFrozenPart(part: Part, frozen: Frozen): boolean {
  return frozen === 'backbone' ? part !== 'decoder' : frozen === 'stem' && part === 'stem'
}

/** True for parameters (and, with a dot at the end, layers) of the frozen front. */
export function isFrozen(name: string, frozen: Frozen): boolean {
  return isFrozenPart(partOf(name), frozen)
}

/** The parameters that a step moves. */
export function trainedParameters(frozen: Frozen): Parameter[] {
  return parameters.filter(({ name, role }) => isLearnable(role) && !isFrozen(name, frozen))
}

/** Runs the definition with nothing but channel numbers. */
function listParameters(): Parameter[] {
  const list: Parameter[] = []
  const form: NetworkForm<number> = {
    conv: (channels, name, { out, kernel }) => {
      list.push({ name, dims: [out, channels, kernel, kernel], role: 'conv' })
      return out
    },
    batchNorm: (channels, name) => {
      list.push(
        { name: `${name}.weight`, dims: [channels], role: 'bn-weight' },
        { name: `${name}.bias`, dims: [channels], role: 'bn-bias' },
        { name: `${name}.running_mean`, dims: [channels], role: 'running-mean' },
        { name: `${name}.running_var`, dims: [channels], role: 'running-var' },
        { name: `${name}.num_batches_tracked`, dims: [], role: 'batches-tracked' },
      )
      return channels
    },
    relu: (channels) => channels,
    add: (channels) => channels,
    maxPool: (channels) => channels,
    upsample: (channels) => channels,
    concat: (parts) => parts.reduce((sum, channels) => sum + channels, 0),
    deconv: (channels, name, { out }) => {
      list.push(
        { name: `${name}.weight`, dims: [channels, out, 2, 2], role: 'deconv' },
        { name: `${name}.bias`, dims: [out], role: 'deconv-bias' },
      )
      return out
    },
  }
  defineNetwork(form, 3)
  return list
}
