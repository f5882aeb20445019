import type { TensorDict } from '../detector/network/types'

/** Weights that hold a value that is not finite are never saved over sound ones. */
export function refuseNonFinite(tensors: TensorDict): void {
  for (const [name, { data }] of tensors)
    if (!data.every(Number.isFinite)) throw new Error(`${name} holds values that are not finite; nothing was written`)
}
