/**
 * The one definition of the detector: ResNet-18, a feature pyramid of 256 channels and the two heads of DBNet
 * (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020). What "a convolution" or
 * "a batch norm" means is left to the caller: a form that computes shapes gives the parameter list, one that writes ONNX
 * nodes gives the inference graph, one that records a tape gives the training step.
 */
export interface NetworkForm<T> {
  /** Convolution without bias, padding (kernel − 1) / 2. `name` is that of the weight [out, in, k, k]. */
  conv(x: T, name: string, options: { out: number; kernel: 1 | 3 | 7; stride?: 1 | 2 }): T
  /** Batch normalisation (eps 1e-5); `name` is the prefix of weight, bias, running_mean, running_var. */
  batchNorm(x: T, name: string): T
  relu(x: T): T
  add(a: T, b: T): T
  /** 3×3, stride 2, padding 1 with −∞. */
  maxPool(x: T): T
  /** Nearest neighbour, by a whole factor. */
  upsample(x: T, factor: 2 | 4 | 8): T
  /** Along the channels. */
  concat(parts: T[]): T
  /** Transposed convolution 2×2, stride 2, with bias; weight [in, out, 2, 2]. */
  deconv(x: T, name: string, options: { out: number }): T

  // Shortcuts that a form may offer because it has a cheaper way to the same result; without them the definition
  // composes the operations above.

  /** 3×3 convolution `smooth` of (upsample(coarse, 2) + 1×1 convolution `lateral` of fine). */
  smoothSum?(coarse: T, fine: T, names: { lateral: string; smooth: string }): T
  /** 3×3 convolutions, 64 channels each, of concat([upsample(coarse, 2), fine]). */
  convLevels?(coarse: T, fine: T, names: string[]): T[]
}

export interface NetworkOutput<T> {
  /** C2 … C5: strides 4, 8, 16, 32; 64, 128, 256, 512 channels. */
  features: T[]
  /** Logit of the probability map [N,1,H,W]. */
  probability: T
  /** Logit of the threshold map [N,1,H,W]; absent when `heads` leaves it out. */
  threshold?: T
}

/** Steepness k of the differentiable binarisation. */
export const STEEPNESS = 50

/**
 * Runs the definition. The order of calls is the order in which PyTorch registers the parameters (which differs from
 * the order of need only where nothing depends on it), so a form that records names has the state dict's order.
 */
export function defineNetwork<T>(
  form: NetworkForm<T>,
  image: T,
  heads: 'probability' | 'both' = 'both',
): NetworkOutput<T> {
  const features = backbone(form, image)
  const levels = pyramid(form, features)
  const names = heads === 'both' ? ['decoder.binarize', 'decoder.thresh'] : ['decoder.binarize']
  const shared = form.convLevels?.(
    form.concat([form.upsample(levels.p5, 4), form.upsample(levels.p4, 2), levels.p3]),
    levels.p2,
    names.map((name) => `${name}.0.weight`),
  )
  const fused = shared ? undefined : fuse(form, levels)
  const [probability, threshold] = names.map((name, i) =>
    head(form, shared?.[i] ?? form.conv(fused as T, `${name}.0.weight`, { out: 64, kernel: 3 }), name),
  )
  return { features, probability, ...(heads === 'both' && { threshold }) }
}

function backbone<T>(form: NetworkForm<T>, image: T): T[] {
  const convBn = (x: T, conv: string, bn: string, out: number, kernel: 1 | 3 | 7, stride: 1 | 2) =>
    form.batchNorm(form.conv(x, `backbone.${conv}.weight`, { out, kernel, stride }), `backbone.${bn}`)

  let x = form.maxPool(form.relu(convBn(image, 'conv1', 'bn1', 64, 7, 2)))
  const features: T[] = []
  for (const [stage, channels] of [64, 128, 256, 512].entries()) {
    for (const block of [0, 1]) {
      const name = `layer${stage + 1}.${block}`
      const stride = stage > 0 && block === 0 ? 2 : 1
      const inner = form.relu(convBn(x, `${name}.conv1`, `${name}.bn1`, channels, 3, stride))
      const residual = convBn(inner, `${name}.conv2`, `${name}.bn2`, channels, 3, 1)
      const shortcut = stride === 2 ? convBn(x, `${name}.downsample.0`, `${name}.downsample.1`, channels, 1, 2) : x
      x = form.relu(form.add(residual, shortcut))
    }
    features.push(x)
  }
  return features
}

/** Maps of 64 channels with strides 4 (p2), 8, 16 and 32 (p5). */
interface Levels<T> {
  p2: T
  p3: T
  p4: T
  p5: T
}

function pyramid<T>(form: NetworkForm<T>, [c2, c3, c4, c5]: T[]): Levels<T> {
  const lateral = (x: T, name: string) => form.conv(x, `decoder.${name}.weight`, { out: 256, kernel: 1 })
  const smooth = (x: T, name: string) => form.conv(x, `decoder.${name}.weight`, { out: 64, kernel: 3 })

  const in5 = lateral(c5, 'in5')
  const in4 = lateral(c4, 'in4')
  const in3 = lateral(c3, 'in3')
  const in2 = form.smoothSum ? undefined : lateral(c2, 'in2')
  const out4 = form.add(form.upsample(in5, 2), in4)
  const out3 = form.add(form.upsample(out4, 2), in3)
  return {
    p5: smooth(in5, 'out5.0'),
    p4: smooth(out4, 'out4.0'),
    p3: smooth(out3, 'out3.0'),
    p2:
      form.smoothSum?.(out3, c2, { lateral: 'decoder.in2.weight', smooth: 'decoder.out2.weight' }) ??
      smooth(form.add(form.upsample(out3, 2), in2 as T), 'out2'),
  }
}

function fuse<T>(form: NetworkForm<T>, { p2, p3, p4, p5 }: Levels<T>): T {
  return form.concat([form.upsample(p5, 8), form.upsample(p4, 4), form.upsample(p3, 2), p2])
}

/** From the first convolution's result to the logit. */
function head<T>(form: NetworkForm<T>, first: T, name: string): T {
  const inner = form.relu(form.batchNorm(first, `${name}.1`))
  const second = form.relu(form.batchNorm(form.deconv(inner, `${name}.3`, { out: 64 }), `${name}.4`))
  return form.deconv(second, `${name}.6`, { out: 1 })
}

/** Subtracted from the B, G and R bytes, in this order (the reference applies its RGB means so). */
export const CHANNEL_MEAN = [122.67891434, 116.66876762, 104.00698793] as const
