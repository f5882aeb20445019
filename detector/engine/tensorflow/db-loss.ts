import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { STEEPNESS } from '../../network/network-definition'
import type { TensorFlow } from './load-tensorflow'

const EPSILON = 1e-6

export interface LossInputs {
  /** Logits of the two heads; all tensors have one shape, [N,H,W,1]. */
  probability: Tensor
  threshold: Tensor
  gt: Tensor
  mask: Tensor
  threshMap: Tensor
  threshMask: Tensor
}

export interface LossParts {
  loss: Scalar
  prob: Scalar
  binary: Scalar
  thresh: Scalar
}

/** −g·ln σ(z) − (1−g)·ln(1−σ(z)) from the logit, which does not lose the gradient where σ saturates. */
function crossEntropy(tf: TensorFlow, logit: Tensor, gt: Tensor): Tensor {
  return tf.add(tf.sub(tf.relu(logit), tf.mul(logit, gt)), tf.log1p(tf.exp(tf.neg(tf.abs(logit)))))
}

/**
 * Weight of every negative pixel: 1 for the `count` largest losses, 0 for the rest; losses equal to the smallest kept
 * one share what is left. A constant for the gradient, as the choice of the hardest is in the reference.
 */
function hardestNegatives(tf: TensorFlow, losses: Tensor, negative: Tensor, count: number): Tensor {
  if (count === 0) return tf.zerosLike(losses)
  return tf.tidy(() => {
    // Outside: −1, below every loss.
    const masked = tf.add(tf.mul(losses, negative), tf.sub(negative, 1))
    const { values } = tf.topk(tf.reshape(masked, [-1]), count)
    const smallest = tf.reshape(tf.slice(values, [count - 1], [1]), [])
    const above = tf.cast(tf.greater(masked, smallest), 'float32')
    const equal = tf.cast(tf.equal(masked, smallest), 'float32')
    const share = tf.div(tf.sub(count, tf.sum(above)), tf.sum(equal))
    return tf.mul(tf.add(above, tf.mul(equal, share)), negative)
  })
}

/**
 * Loss of DBNet: dice of the approximate binary map + 10 · L1 of the threshold map + 5 · balanced cross entropy of the
 * probability map with hard negatives, at most three for each positive pixel, chosen over the whole batch (Liao et al.,
 * AAAI 2020, section 3.5, with the weights of the authors' code).
 */
export function dbLoss(tf: TensorFlow, inputs: LossInputs): LossParts {
  const { gt, mask, threshMap, threshMask } = inputs
  const total = (x: Tensor): Scalar => tf.sum(x)
  const positive = tf.mul(gt, mask)
  const negative = tf.mul(tf.sub(1, gt), mask)
  const positives = Math.round(total(positive).dataSync()[0])
  const negatives = Math.min(Math.round(total(negative).dataSync()[0]), Math.floor(3 * positives))

  const losses = crossEntropy(tf, inputs.probability, gt)
  const choose = tf.customGrad((x) => ({
    value: hardestNegatives(tf, x as Tensor, negative, negatives),
    gradFunc: (dy) => tf.zerosLike(dy as Tensor),
  }))
  const counted = tf.mul(losses, tf.add(positive, choose(losses)))
  const prob = tf.div<Scalar>(total(counted), positives + negatives + EPSILON)

  const p = tf.sigmoid(inputs.probability)
  const t = tf.sigmoid(inputs.threshold)
  const approximate = tf.mul(tf.sigmoid(tf.mul(tf.sub(p, t), STEEPNESS)), mask)
  const union = tf.add(tf.add(total(approximate), total(positive)), EPSILON)
  const binary = tf.sub<Scalar>(1, tf.div(tf.mul(total(tf.mul(approximate, gt)), 2), union))

  const covered = total(threshMask).dataSync()[0]
  const distance = tf.mul(tf.abs(tf.sub(t, threshMap)), threshMask)
  // Nothing to learn from: the sum is 0 as well, and stays part of the graph.
  const thresh = tf.div<Scalar>(total(distance), covered || 1)

  const loss = tf.add<Scalar>(tf.add(binary, tf.mul(thresh, 10)), tf.mul(prob, 5))
  return { loss, prob, binary, thresh }
}
