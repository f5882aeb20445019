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

/** True for what the optimiser moves (86 entries); the rest are statistics. */
export function isLearnable(role: ParameterRole): boolean {
  return role !== 'running-mean' && role !== 'running-var' && role !== 'batches-tracked'
}

/** The part of the network that a parameter belongs to. */
export function partOf(name: string): 'stem' | 'backbone' | 'decoder' {
  if (name.startsWith('decoder.')) return 'decoder'
  return name.startsWith('backbone.conv1.') || name.startsWith('backbone.bn1.') ? 'stem' : 'backbone'
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
