import { GraphBuilder, type Value } from '../../onnx/graph-builder'
import { float32Tensor } from '../../onnx/tensor-data'
import { writeModel } from '../../onnx/write-model'
import { Ops } from './ops'
import { corners, minimumRectangles, type Rectangles } from './rectangle'
import { collectRows, findRuns, unite } from './runs'
import { boxScores } from './score'

export interface BoxesOptions {
  /** Size of the map; the width is a multiple of 32. */
  height: number
  width: number
  /** Map > this is text. */
  binarizeThreshold: number
  /** Boxes with a lower score are dropped. */
  threshold: number
  unclipRatio: number
  /** Map pixels before unclipping, 2 more after it. */
  minSide?: number
  /** The best by score are kept. */
  maxCandidates?: number
  /** A Loop operator for the union of runs; without it a fixed number of rounds. */
  loop?: boolean
  /** The three thresholds become inputs with defaults (C++ and Python; JavaScript runtimes ignore or refuse them). */
  thresholdInputs?: boolean
}

/**
 * Adds the whole DB post-processing behind a probability map [1,1,H,W]: standard operators, opset 13–17.
 * Results, best score first: `boxes` float32 [N,4,2] (x,y of the four corners, clockwise from top-left, map pixels,
 * within 0…W and 0…H) and `scores` float32 [N]. Nothing found gives [0,4,2] and [0].
 */
export function addBoxes(graph: GraphBuilder, prob: Value, options: BoxesOptions): { boxes: Value; scores: Value } {
  const { height, width, minSide = 3, maxCandidates = 1000, loop = true } = options
  if (width % 32 !== 0) throw new RangeError(`The width of the map must be a multiple of 32, not ${width}`)
  const o = new Ops(graph)
  const parameter = (name: string, value: number): Value => {
    const v = graph.initializer(float32Tensor([value], []), name)
    if (options.thresholdInputs) graph.inputs.push({ name, dtype: 'float32', shape: [] })
    return v
  }
  const binarize = parameter('binarize_threshold', options.binarizeThreshold)
  const threshold = parameter('threshold', options.threshold)
  const unclipRatio = parameter('unclip_ratio', options.unclipRatio)

  const runs = findRuns(o, prob, height, width, binarize)
  const rows = collectRows(o, runs, unite(o, runs, height, loop), height, Math.ceil(minSide))
  const mini = minimumRectangles(o, rows, height)
  const score = boxScores(o, prob, mini, height, width)

  // Offset D = area · ratio / perimeter on every side: both sides grow by 2·D.
  const perimeter = o.max(o.add(mini.width, mini.height), o.f(1e-6))
  const growth = o.mul(unclipRatio, o.div(o.mul(mini.width, mini.height), perimeter))
  const grownWidth = o.add(mini.width, growth)
  const grownHeight = o.add(mini.height, growth)
  const boxes = orderedBoxes(o, mini, grownWidth, grownHeight, height, width)

  // The tolerance keeps rectangles whose side is 3 but for rounding.
  const wide = o.atLeast(o.min(mini.width, mini.height), o.f(minSide - 1e-3))
  const grownWide = o.atLeast(o.min(grownWidth, grownHeight), o.f(minSide + 2 - 1e-3))
  const keep = o.and(o.and(wide, grownWide), o.atLeast(score, threshold))
  // Sort all (the sentinel keeps the list non-empty), then filter.
  const [ranked, order] = o.sort(score, true)
  const kept = o.gather(keep, order)
  const best = (v: Value): Value => o.slice(o.compress(v, kept), 0, maxCandidates)
  return { boxes: best(o.gather(boxes, order)), scores: best(ranked) }
}

/**
 * Corners in the reference's order (left pair and right pair by x, each by y), which here is a roll of the four: a
 * diamond starts at its upper vertex. [N,4,2], clipped to the map.
 */
function orderedBoxes(o: Ops, r: Rectangles, w: Value, h: Value, height: number, width: number): Value {
  const [x, y] = corners(o, r, w, h)
  // 0.01 px: a square at 45° starts at its upper vertex, as in the reference.
  const steep = o.less(o.add(o.mul(w, r.cos), o.f(0.01)), o.mul(h, o.abs(r.sin)))
  const roll = o.where(steep, o.where(o.less(r.sin, o.f(0)), o.i(1), o.i(3)), o.i(0))
  const rolls = o.longs([0, 1, 2, 3, 1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2], [4, 4])
  const permutation = o.gather(rolls, roll)
  const place = (v: Value, limit: number): Value =>
    o.unsqueeze(o.clip(o.gatherElements(v, permutation, 1), o.f(0), o.f(limit)), 2)
  return o.concat([place(x, width), place(y, height)], 2)
}

/** The post-processing as a model of its own: input `probability` [1,1,H,W], outputs `boxes` and `scores`. */
export function buildBoxesModel(options: BoxesOptions, opset = 17): Uint8Array {
  const graph = new GraphBuilder('boxes')
  const prob = graph.input('probability', 'float32', [1, 1, options.height, options.width])
  const { boxes, scores } = addBoxes(graph, prob, options)
  graph.output(boxes, 'boxes', ['N', 4, 2])
  graph.output(scores, 'scores', ['N'])
  return writeModel(graph.toModel({ opset }))
}
