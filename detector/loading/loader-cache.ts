import type { Affine } from './augment/geometry'
import { type Pixels, warp } from './augment/warp'

interface Entry {
  pixels: Pixels
  /** From pixels of the file to those kept. */
  scale: Affine
}

/** Decoded pictures, the most recently used within a bound of memory. */
export class DecodedImages {
  private readonly entries = new Map<string, Entry>()
  private bytes = 0

  /**
   * @param maxBytes bound of what is kept between reads
   * @param maxPixels larger pictures are scaled down to about this many pixels
   */
  constructor(
    private readonly maxBytes: number,
    private readonly maxPixels: number,
    private readonly decode: (file: string) => Promise<Pixels>,
  ) {}

  /** @throws UserError of the decoder */
  async read(file: string): Promise<Entry> {
    const kept = this.entries.get(file)
    if (kept) {
      // To the end of the map: it is in order of use.
      this.entries.delete(file)
      this.entries.set(file, kept)
      return kept
    }
    const entry = this.limited(await this.decode(file))
    this.keep(file, entry)
    return entry
  }

  private limited(pixels: Pixels): Entry {
    const share = Math.sqrt(this.maxPixels / (pixels.width * pixels.height))
    if (share >= 1) return { pixels, scale: [1, 0, 0, 0, 1, 0] }
    const width = Math.max(1, Math.round(pixels.width * share))
    const height = Math.max(1, Math.round(pixels.height * share))
    const scale: Affine = [width / pixels.width, 0, 0, 0, height / pixels.height, 0]
    return { pixels: warp(pixels, scale, width, height), scale }
  }

  private keep(file: string, entry: Entry): void {
    const size = entry.pixels.data.length
    if (size > this.maxBytes) return
    this.entries.set(file, entry)
    this.bytes += size
    for (const [oldest, { pixels }] of this.entries) {
      if (this.bytes <= this.maxBytes) return
      this.entries.delete(oldest)
      this.bytes -= pixels.data.length
    }
  }
}
