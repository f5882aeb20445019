// Finds text with an exported model (form "boxes"): node detect.mjs model_800x800.onnx photo.jpg [threshold]
// Needs the packages onnxruntime-node and sharp. Prints one JSON object: boxes in pixels of the photo, clockwise from
// top-left, and their scores, best first.
import { pathToFileURL } from 'node:url'
import ort from 'onnxruntime-node'
import sharp from 'sharp'

export async function detect(modelPath, imagePath, threshold = 0) {
  const session = await ort.InferenceSession.create(modelPath)
  const [, , height, width] = session.inputMetadata[0].shape

  const rgb = sharp(imagePath).autoOrient().flatten({ background: '#fff' }).toColourspace('srgb')
  const original = await rgb.clone().raw().toBuffer({ resolveWithObject: true })
  const data = await rgb.resize(width, height, { fit: 'fill' }).raw().toBuffer()

  // B, G, R planes, 0 to 1, stretched to the input; the mean is subtracted inside.
  const size = width * height
  const input = new Float32Array(3 * size)
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) input[c * size + i] = data[3 * i + 2 - c] / 255

  const { boxes, scores } = await session.run({ input: new ort.Tensor('float32', input, [1, 3, height, width]) })
  const scale = [original.info.width / width, original.info.height / height]
  const found = Array.from(scores.data, (score, i) => ({
    box: Array.from(boxes.data.slice(8 * i, 8 * i + 8), (v, k) => Math.round(10 * v * scale[k % 2]) / 10),
    score: Math.round(1e4 * score) / 1e4,
  })).filter(({ score }) => score > threshold)
  return { boxes: found.map(({ box }) => box), scores: found.map(({ score }) => score) }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [model, image, threshold] = process.argv.slice(2)
  if (!image) {
    console.error('node detect.mjs model.onnx photo.jpg [threshold]')
    process.exit(2)
  }
  console.log(JSON.stringify(await detect(model, image, Number(threshold ?? 0))))
}
