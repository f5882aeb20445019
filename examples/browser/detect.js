// Text detection inside the browser: WebGPU where there is one, else WebAssembly. Nothing leaves the machine.

/**
 * Opens an exported file. Each backend has a build of its own; only the one that is used is loaded.
 *
 * @param {string} runtime address of the files of onnxruntime-web (its folder dist), relative to this script or absolute
 * @param {ArrayBuffer} bytes of an exported file of the form "boxes"
 */
export async function openModel(runtime, bytes) {
  const model = (await openOnGpu(runtime, bytes)) ?? (await openOnWasm(runtime, bytes))
  const { inputMetadata, outputNames } = model.session
  if (!outputNames.includes('boxes') || !outputNames.includes('scores')) {
    throw new Error('This file has no output "boxes": export it with the boxes inside the graph.')
  }
  const [, , height, width] = inputMetadata[0].shape
  return { ...model, width: Number(width), height: Number(height) }
}

async function openOnGpu(runtime, bytes) {
  if (!('gpu' in navigator) || !(await navigator.gpu.requestAdapter().catch(() => null))) return undefined
  try {
    const ort = await import(/* webpackIgnore: true */ `${runtime}/ort.webgpu.bundle.min.mjs`)
    // What WebGPU has no kernel for (the search for boxes) stays on the CPU by itself.
    const options = { executionProviders: ['webgpu', 'wasm'], logSeverityLevel: 3 }
    const session = await ort.InferenceSession.create(bytes, options)
    return { ort, session, provider: 'webgpu', threads: 0 }
  } catch (error) {
    console.warn('WebGPU cannot be used:', error)
    return undefined
  }
}

async function openOnWasm(runtime, bytes) {
  const ort = await import(/* webpackIgnore: true */ `${runtime}/ort.wasm.bundle.min.mjs`)
  // In a worker: the page stays quick. Threads need a page that is isolated (headers COOP and COEP).
  ort.env.wasm.proxy = true
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency) : 1
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 })
  return { ort, session, provider: 'wasm', threads: ort.env.wasm.numThreads }
}

/**
 * @param {Awaited<ReturnType<typeof openModel>>} model
 * @param {ImageBitmap} picture
 * @returns boxes of 8 numbers in pixels of the picture, clockwise from top-left, best score first
 */
export async function detect({ ort, session, width, height }, picture, threshold = 0) {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, width, height)
  const { data } = context.getImageData(0, 0, width, height)

  // B, G, R planes, 0 to 1; the mean is subtracted inside.
  const size = width * height
  const input = new Float32Array(3 * size)
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) input[c * size + i] = data[4 * i + 2 - c] / 255

  const started = performance.now()
  const feeds = { input: new ort.Tensor('float32', input, [1, 3, height, width]) }
  const { boxes, scores } = await session.run(feeds, ['boxes', 'scores'])
  const milliseconds = performance.now() - started

  const scale = [picture.width / width, picture.height / height]
  const found = []
  for (let i = 0; i < scores.data.length; i++) {
    if (scores.data[i] <= threshold) continue
    const box = Array.from(boxes.data.slice(8 * i, 8 * i + 8), (v, k) => v * scale[k % 2])
    found.push({ box, score: scores.data[i] })
  }
  return { found, milliseconds }
}

/** Draws the picture and the boxes over it. */
export function draw(canvas, picture, found) {
  canvas.width = picture.width
  canvas.height = picture.height
  const context = canvas.getContext('2d')
  context.drawImage(picture, 0, 0)
  context.lineWidth = Math.max(2, picture.width / 500)
  context.strokeStyle = '#0a7d5a'
  for (const { box } of found) {
    context.beginPath()
    for (let k = 0; k < 8; k += 2) context.lineTo(box[k], box[k + 1])
    context.closePath()
    context.stroke()
  }
}
