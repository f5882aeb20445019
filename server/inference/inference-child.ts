import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { boxesOfMap, type Detection, Detector, type ProbabilityMap } from '../../detector/detection/detector'
import { formatResult } from '../../detector/detection/result'
import type { DetectionResult } from '../../detector/detection/types'
import { UserError } from '../../detector/errors'
import { writeFileAtomic } from '../../detector/files/atomic-write'
import { decodeImage } from '../../detector/picture/decode-image'
import { drawBoxes, drawnBoxes } from '../../detector/picture/draw-boxes'
import { serveRequests } from '../children/protocol'
import { mapLayer } from './heat-layer'
import { type InferenceOps, type ModelRef, type PictureRequest, resultFiles } from './inference-requests'
import { thumbnail, webp } from './small-picture'

/** Models that stay loaded. */
const WARM = 3
const THUMBNAIL = 320
const HEADER_BYTES = 24

const warm = new Map<string, Promise<Detector>>()
let network: Promise<unknown> = Promise.resolve()

/** A loaded model; the one that was used longest ago makes room. */
function detectorOf({ file, sha256 }: ModelRef): Promise<Detector> {
  const key = `${sha256} ${file}`
  const found = warm.get(key) ?? Detector.open({ model: file })
  warm.delete(key)
  warm.set(key, found)
  found.catch(() => warm.delete(key))
  if (warm.size > WARM) {
    const [oldest, detector] = warm.entries().next().value!
    warm.delete(oldest)
    // Behind what is still computed with it.
    network = network.then(async () => (await detector).close()).catch(() => undefined)
  }
  return found
}

/** Decodes beside the network's work on another picture; the network itself has one picture at a time. */
async function detect(request: PictureRequest) {
  const begun = performance.now()
  const picture = await decoded(request)
  const decodeMs = performance.now() - begun
  const detector = await detectorOf(request.model)
  const turn = network.then(() => detector.detect(picture, request.settings, { name: request.name, decodeMs }))
  network = turn.catch(() => undefined)
  const detection: Detection = await turn
  detection.result.model = { name: request.model.name, sha256: request.model.sha256 }
  return { ...detection, picture }
}

/** The result with all candidates instead of those above the threshold. */
function withCandidates(result: DetectionResult, candidates: Detection['candidates']): DetectionResult {
  return { ...result, ...candidates, texts: candidates.boxes.map(() => ['']) }
}

async function writeMap(file: string, map: ProbabilityMap): Promise<void> {
  const head = new Uint32Array([
    map.width,
    map.height,
    map.shownWidth,
    map.shownHeight,
    map.imageWidth,
    map.imageHeight,
  ])
  await writeFileAtomic(file, [
    new Uint8Array(head.buffer),
    new Uint8Array(map.data.buffer, map.data.byteOffset, map.data.byteLength),
  ])
}

async function readMap(file: string): Promise<ProbabilityMap> {
  const bytes = await readFile(file)
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const [width, height, shownWidth, shownHeight, imageWidth, imageHeight] = new Uint32Array(buffer, 0, 6)
  const data = new Float32Array(buffer, HEADER_BYTES)
  return { data, width, height, shownWidth, shownHeight, imageWidth, imageHeight }
}

const decoded = (request: { picture: string; name: string; maxPixels: number }) =>
  decodeImage(request.picture, { maxPixels: request.maxPixels, name: request.name })

const operations: InferenceOps = {
  async detect(request, found) {
    const { result, candidates, map, picture } = await detect(request)
    const full = withCandidates(result, candidates)
    await writeMap(join(request.folder, resultFiles.map), map)
    await writeFileAtomic(join(request.folder, resultFiles.result), JSON.stringify(full))
    found(full)
    if (!request.outputs) return
    await writeFileAtomic(request.outputs.json, formatResult(result))
    await writeFileAtomic(request.outputs.visualization, await drawBoxes(picture, drawnBoxes(result)))
  },

  async candidates({ folder, settings }) {
    const file = join(folder, resultFiles.result)
    const before = JSON.parse(await readFile(file, 'utf8')) as DetectionResult
    const map = await readMap(join(folder, resultFiles.map))
    const begun = performance.now()
    const all = { ...before.settings, ...settings }
    const found = boxesOfMap(map, all)
    const postprocess = Math.round((performance.now() - begun) * 100) / 100
    const { polygons: _, ...rest } = before
    const result = withCandidates({ ...rest, settings: all, timings: { ...before.timings, postprocess } }, found)
    await writeFileAtomic(file, JSON.stringify(result))
    return result
  },

  async 'batch-item'(request) {
    const { result, picture } = await detect(request)
    const boxes = drawnBoxes(result)
    await writeFileAtomic(request.thumbnail, await thumbnail(picture, boxes, THUMBNAIL))
    await writeFileAtomic(request.visualization, await drawBoxes(picture, boxes))
    await writeFileAtomic(request.json, formatResult(result))
    const [width, height] = result.image_size
    return { boxes: result.boxes.length, width, height, seconds: result.inference_time, pages: picture.pages }
  },

  async draw(request) {
    await writeFileAtomic(request.target, await drawBoxes(await decoded(request), drawnBoxes(request.result)))
  },

  async image(request) {
    await writeFileAtomic(request.target, await webp(await decoded(request), request.size))
  },

  async map({ folder, layer, target }) {
    const map = await readMap(join(folder, resultFiles.map)).catch((cause: unknown) => {
      throw new UserError({ code: 'result-unknown', message: 'The probability map is not kept any more.' }, { cause })
    })
    await writeFileAtomic(target, await mapLayer(map, layer))
  },

  async ping() {},
}

serveRequests(operations)
