/** One training step of the engine for every line read: prints its milliseconds and those of the processors; at "end" the peak memory in MB. */
import { createInterface } from 'node:readline'
import { createOnnxRuntimeEngine } from '../detector/engine/onnxruntime/create-engine'
import { initialWeights } from '../detector/network/initial-weights'
import type { Batch } from '../detector/network/types'

const [batch, size, threads] = process.argv.slice(2).map(Number)
const session = await createOnnxRuntimeEngine({ threads }).open({
  batch,
  height: size,
  width: size,
  options: {
    optimizer: 'sgd',
    momentum: 0.9,
    nesterov: true,
    weightDecay: 1e-4,
    decay: 'conv',
    clipNorm: 5,
    batchNorm: 'batch',
  },
  frozen: 'none',
})
await session.load(initialWeights(1))
const pixels = batch * size * size
const text = Float32Array.from({ length: pixels }, (_, i) => Number((Math.floor(i / size) % size) % 40 < 14))
const data: Batch = {
  image: Float32Array.from({ length: 3 * pixels }, () => 2 * Math.random() - 1),
  gt: text,
  mask: new Float32Array(pixels).fill(1),
  threshMap: Float32Array.from({ length: pixels }, () => 0.3 + 0.4 * Math.random()),
  threshMask: text,
}
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break
  const start = performance.now()
  const cpu = process.cpuUsage()
  await session.step(data, 1e-3)
  const { user, system } = process.cpuUsage(cpu)
  console.log(performance.now() - start, (user + system) / 1000)
}
console.log(process.resourceUsage().maxRSS / 1024)
process.exit(0)
