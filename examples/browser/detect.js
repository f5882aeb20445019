// Text detection inside the browser: WebGPU where there is one, else WebAssembly. Nothing leaves the machine.

/** @param bytes of an exported file of the form "boxes" */
export async function openModel(ort, bytes) {
  let provider = 'wasm'
  let session
  if ('gpu' in navigator && (await navigator.gpu.requestAdapter().catch(() => null))) {
    // What WebGPU has no kernel for (the search for boxes) stays on the CPU by itself.
    session = await ort.InferenceSession.create(bytes, { executionProviders: ['webgpu', 'wasm'] }).catch(
      () => undefined,
    )
    if (session) provider = 'webgpu'
  }
  session ??= await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] })
  const names = session.outputNames
  if (!names.includes('boxes') || !names.includes('scores')) {
    throw new Error('This file has no output "boxes": export it with the boxes inside the graph.')
  }
  const [, , height, width] = session.inputMetadata[0].shape
  return { ort, session, width, height, provider }
}

/**
 * @param picture ImageBitmap
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
