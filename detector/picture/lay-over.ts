/** Difference of brightness that makes a mark on its ground, of 255. */
const SEEN = 64

/**
 * Lays a picture with transparency over white; over black where what is on transparent ground would vanish on white.
 * Where nothing at all is covered, alpha was left unwritten (bitmaps of many programs): the colours count.
 *
 * @param data R, G, B, alpha, 8 bits each, interleaved
 * @returns R, G, B, interleaved
 */
export function layOver(data: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((data.length / 4) * 3)
  const ground = groundOf(data)
  const opaque = ground === undefined
  for (let s = 0, t = 0; s < data.length; s += 4, t += 3) {
    const cover = data[s + 3] / 255
    for (let c = 0; c < 3; c++) rgb[t + c] = opaque ? data[s + c] : Math.round(ground + (data[s + c] - ground) * cover)
  }
  return rgb
}

/**
 * 255 (white) or 0; undefined where nothing is covered. What covers most of the picture brings its own ground, unless it
 * is white throughout.
 */
function groundOf(data: Uint8Array): number | undefined {
  let covered = 0
  let brightness = 0
  let dark = 0
  for (let i = 0; i < data.length; i += 4) {
    const cover = data[i + 3]
    if (cover === 0) continue
    const luma = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]
    covered += cover
    brightness += luma * cover
    if (luma < 255 - SEEN) dark += cover
  }
  if (covered === 0) return undefined
  const most = covered > (data.length / 4) * 127.5
  // Twice as far from black as from white.
  const bright = brightness / covered > 170
  return bright && (!most || dark < 0.005 * covered) ? 0 : 255
}
