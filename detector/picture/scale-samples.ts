/**
 * Samples of a picture that is not kept in whole numbers of 8 or 16 bits, as 0…255. Which range was meant is nowhere
 * written in such files: 0…1, 0…255 and 0…65535 are known by what occurs, anything else is spread from its least to its
 * greatest value.
 *
 * @param samples any finite or infinite values; what is not a number counts as 0
 */
export function samplesToBytes(samples: Float32Array): Uint8Array {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const value of samples) {
    if (!Number.isFinite(value)) continue
    if (value < least) least = value
    if (value > most) most = value
  }
  const [from, to] = rangeOf(least, most)
  const scale = to > from ? 255 / (to - from) : 0
  // Typed arrays of this kind round, clamp, and take what is not a number for 0.
  const bytes = new Uint8ClampedArray(samples.length)
  for (let i = 0; i < samples.length; i++) bytes[i] = (samples[i] - from) * scale
  return new Uint8Array(bytes.buffer)
}

function rangeOf(least: number, most: number): [number, number] {
  if (least < 0) return [least, most]
  return [0, [1, 255, 65535].find((usual) => most <= usual) ?? most]
}
