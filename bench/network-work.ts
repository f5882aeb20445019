import { defineNetwork, type NetworkForm } from '../detector/network/network-definition'

interface Area {
  channels: number
  pixels: number
}

/** Multiplications of all convolutions of one forward pass with both heads, and those of the first one. */
export function networkWork(batch: number, height: number, width: number): { total: number; stem: number } {
  let total = 0
  let stem = 0
  const form: NetworkForm<Area> = {
    conv: (x, _, { out, kernel, stride = 1 }) => {
      const pixels = x.pixels / stride ** 2
      const work = pixels * x.channels * out * kernel ** 2
      total += work
      if (kernel === 7) stem = work
      return { channels: out, pixels }
    },
    batchNorm: (x) => x,
    relu: (x) => x,
    add: (a) => a,
    maxPool: (x) => ({ ...x, pixels: x.pixels / 4 }),
    upsample: (x, factor) => ({ ...x, pixels: x.pixels * factor ** 2 }),
    concat: (parts) => ({ ...parts[0], channels: parts.reduce((sum, part) => sum + part.channels, 0) }),
    deconv: (x, _, { out }) => {
      total += x.pixels * x.channels * out * 4
      return { channels: out, pixels: x.pixels * 4 }
    },
  }
  defineNetwork(form, { channels: 3, pixels: batch * height * width })
  return { total, stem }
}
