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
}

export interface NetworkOutput<T> {
  /** C2 … C5: strides 4, 8, 16, 32; 64, 128, 256, 512 channels. */
  features: T[]
  /** Logit of the probability map [N,1,H,W]. */
  probability: T
  /** Logit of the threshold map [N,1,H,W]; absent when `heads` leaves it out. */
  threshold?: T
}

/** Smallest unit of height and width: the deepest features have stride 32. */
export const SIZE_UNIT = 32
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
  const fused = pyramid(form, features)
  return {
    features,
    probability: head(form, fused, 'decoder.binarize'),
    ...(heads === 'both' && { threshold: head(form, fused, 'decoder.thresh') }),
  }
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

function pyramid<T>(form: NetworkForm<T>, [c2, c3, c4, c5]: T[]): T {
  const lateral = (x: T, name: string) => form.conv(x, `decoder.${name}.weight`, { out: 256, kernel: 1 })
  const smooth = (x: T, name: string) => form.conv(x, `decoder.${name}.weight`, { out: 64, kernel: 3 })

  const in5 = lateral(c5, 'in5')
  const in4 = lateral(c4, 'in4')
  const in3 = lateral(c3, 'in3')
  const in2 = lateral(c2, 'in2')
  const out4 = form.add(form.upsample(in5, 2), in4)
  const out3 = form.add(form.upsample(out4, 2), in3)
  const out2 = form.add(form.upsample(out3, 2), in2)
  return form.concat([
    form.upsample(smooth(in5, 'out5.0'), 8),
    form.upsample(smooth(out4, 'out4.0'), 4),
    form.upsample(smooth(out3, 'out3.0'), 2),
    smooth(out2, 'out2'),
  ])
}

function head<T>(form: NetworkForm<T>, fused: T, name: string): T {
  const first = form.relu(form.batchNorm(form.conv(fused, `${name}.0.weight`, { out: 64, kernel: 3 }), `${name}.1`))
  const second = form.relu(form.batchNorm(form.deconv(first, `${name}.3`, { out: 64 }), `${name}.4`))
  return form.deconv(second, `${name}.6`, { out: 1 })
}
