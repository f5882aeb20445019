import type { Tensor, TensorGraph } from '../../../onnx/tensor-graph'
import { STEEPNESS } from '../../network-definition'
import { hardNegativeWeights } from './hard-negatives'

/** Targets of a batch, all [N,1,H,W]. */
export interface LossTargets {
  /** Shrink map, 0 or 1. */
  gt: Tensor
  /** 1 = counts. */
  mask: Tensor
  threshMap: Tensor
  threshMask: Tensor
}

export interface LossNodes {
  /** Scalars: binary + 10 · thresh + 5 · prob, and its unweighted parts. */
  loss: Tensor
  prob: Tensor
  binary: Tensor
  thresh: Tensor
  /** Gradients of `loss` with respect to the two logits. */
  dProbability: Tensor
  dThreshold: Tensor
}

const PROBABILITY_WEIGHT = 5
const THRESHOLD_WEIGHT = 10
const EPSILON = 1e-6
/** PyTorch's binary cross entropy clamps each logarithm at −100. */
const LARGEST_ENTROPY = 100

/**
 * The loss of differentiable binarisation (Liao et al. 2020, with the weights of the reference code) and its gradient:
 * dice of the approximate binary map + 10 · L1 of the threshold map + 5 · binary cross entropy of the probability map
 * with hard negatives. The entropy is taken from the logit: right where the sigmoid saturates in float32.
 * Without any text the loss is the constant 1.
 */
export function dbLoss(
  graph: TensorGraph,
  probabilityLogit: Tensor,
  thresholdLogit: Tensor,
  targets: LossTargets,
): LossNodes {
  const { gt, mask, threshMap, threshMask } = targets
  const number = (value: number) => graph.number(value)
  const one = number(1)
  const p = graph.unary('Sigmoid', probabilityLogit)
  const t = graph.unary('Sigmoid', thresholdLogit)
  const positives = graph.mul(gt, mask)

  // −ln p for text, −ln(1 − p) elsewhere, as softplus of the logit with the sign turned.
  const turned = graph.mul(probabilityLogit, graph.sub(one, graph.mul(gt, number(2))))
  const entropy = graph.min(graph.unary('Softplus', turned), number(LARGEST_ENTROPY))
  const negatives = graph.sub(mask, positives)
  const { weights, count } = hardNegativeWeights(graph, entropy, negatives, graph.unary('Floor', graph.sum(positives)))
  const counted = graph.add(positives, weights)
  const prob = graph.div(graph.sum(graph.mul(entropy, counted)), graph.add(count, number(EPSILON)))

  // Differentiable binarisation: B = σ(k(p − t)).
  const binaryMap = graph.unary('Sigmoid', graph.mul(graph.sub(p, t), number(STEEPNESS)))
  const maskedBinary = graph.mul(binaryMap, mask)
  const intersection = graph.sum(graph.mul(maskedBinary, gt))
  const union = graph.add(graph.add(graph.sum(maskedBinary), graph.sum(positives)), number(EPSILON))
  const binary = graph.sub(one, graph.div(graph.mul(intersection, number(2)), union))

  const difference = graph.sub(t, threshMap)
  // Never below eps: without any text the sum is 0 and so is the loss.
  const threshCount = graph.max(graph.sum(threshMask), number(EPSILON))
  const thresh = graph.div(graph.sum(graph.mul(graph.unary('Abs', difference), threshMask)), threshCount)

  const loss = graph.add(
    graph.add(graph.mul(prob, number(PROBABILITY_WEIGHT)), binary),
    graph.mul(thresh, number(THRESHOLD_WEIGHT)),
  )

  // d dice / dB = mask · (2·I/U² − 2·gt/U); then through k(p − t).
  const towardsUnion = graph.div(graph.mul(intersection, number(2)), graph.mul(union, union))
  const dBinary = graph.mul(mask, graph.sub(towardsUnion, graph.mul(gt, graph.div(number(2), union))))
  const slope = graph.mul(binaryMap, graph.sub(one, binaryMap))
  const dDifference = graph.mul(graph.mul(dBinary, slope), number(STEEPNESS))

  const entropyScale = graph.div(number(PROBABILITY_WEIGHT), graph.add(count, number(EPSILON)))
  const dEntropy = graph.mul(graph.mul(graph.sub(p, gt), counted), entropyScale)
  const dProbability = graph.add(dEntropy, graph.mul(dDifference, sigmoidSlope(graph, p)))

  const side = graph.mul(graph.unary('Sign', difference), threshMask)
  const dL1 = graph.mul(side, graph.div(number(THRESHOLD_WEIGHT), threshCount))
  const dThreshold = graph.mul(graph.sub(dL1, dDifference), sigmoidSlope(graph, t))
  return { loss, prob, binary, thresh, dProbability, dThreshold }
}

function sigmoidSlope(graph: TensorGraph, s: Tensor): Tensor {
  return graph.mul(s, graph.sub(graph.number(1), s))
}
