import type { Tensor, TensorGraph } from '../../../onnx/tensor-graph'

/** Negatives counted for each positive. */
const NEGATIVE_RATIO = 3
/** Halvings of the interval that the k-th largest loss lies in: 100 / 2^32 is far below float32's resolution there. */
const BISECTIONS = 32

/**
 * Online hard example mining: of the negatives the min(all, ⌊3 · positives⌋) with the largest loss count, over the whole
 * batch. The smallest counted loss is found by bisection, which needs only compare and sum, so every provider can do it,
 * and on the CPU it beats TopK. Where several losses lie at the cut (within 1e-8 of the largest), each counts in part.
 *
 * @param losses loss of every pixel, ≥ 0
 * @param negatives 1 for pixels that may be chosen, else 0
 * @param positiveCount scalar
 * @returns weights, 0..1, of the shape of `losses`; the number of all counted pixels, positives included
 */
export function hardNegativeWeights(
  graph: TensorGraph,
  losses: Tensor,
  negatives: Tensor,
  positiveCount: Tensor,
): { weights: Tensor; count: Tensor } {
  const number = (value: number) => graph.number(value)
  const available = graph.unary('Floor', graph.sum(negatives))
  const wanted = graph.min(available, graph.mul(positiveCount, number(NEGATIVE_RATIO)))
  const ranked = graph.mul(losses, negatives)

  // Always count(ranked ≥ low) ≥ wanted, and count(ranked ≥ high) < wanted unless nothing is wanted.
  let low = number(0)
  let high = graph.add(graph.mul(graph.maximum(ranked), number(1.0001)), number(1e-6))
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = graph.mul(graph.add(low, high), number(0.5))
    const reached = graph.sum(graph.indicator('GreaterOrEqual', ranked, middle))
    const enough = graph.indicator('GreaterOrEqual', reached, wanted)
    low = graph.add(low, graph.mul(enough, graph.sub(middle, low)))
    high = graph.add(middle, graph.mul(enough, graph.sub(high, middle)))
  }
  const certain = graph.indicator('GreaterOrEqual', ranked, high)
  const candidates = graph.mul(graph.indicator('GreaterOrEqual', ranked, low), negatives)
  const atCut = graph.sub(candidates, certain)
  const missing = graph.max(graph.sub(wanted, graph.sum(certain)), number(0))
  const share = graph.div(missing, graph.max(graph.sum(atCut), number(1)))
  return {
    weights: graph.add(certain, graph.mul(atCut, share)),
    count: graph.add(positiveCount, wanted),
  }
}
