import { buildInferenceGraph } from '../network/inference/inference-model'
import { CHANNEL_MEAN } from '../network/network-definition'
import type { TensorDict } from '../network/types'
import type { OnnxModel } from '../onnx/model'
import type { ExportOptions } from '../options/export'
import type { Sidecar } from '../weights/sidecar'
import { addBoxes } from './boxes/boxes-graph'
import { projectVersion } from './project'

/** The newest operator set that onnxruntime 1.14 reads and that has ReduceMax with axes as attribute. */
export const EXPORT_OPSET = 17
/** The most boxes a file returns, and the least side of a text in map pixels (3 before growing, 5 after). */
export const MAX_BOXES = 1000
export const MIN_SIDE = 3

/** What an exported file says of its model. */
export interface ModelOrigin {
  name: string
  /** Of the weights. */
  sha256: string
  /** Absent for weights that came without one. */
  sidecar: Sidecar | undefined
}

/**
 * The graph of an export in float32: input `input` [N,3,H,W], B, G, R in 0–1, normalisation inside. Outputs of the form
 * boxes, in this order: `boxes` [N,4,2], `scores` [N], `probability` [1,1,H,W]; of the form maps `probability` [N,1,H,W].
 * Only standard operators; the same metadata in every form.
 */
export function buildExport(weights: TensorDict, options: ExportOptions, origin: ModelOrigin): OnnxModel {
  const { form, dynamic, width, height } = options
  const mean = origin.sidecar?.mean ?? CHANNEL_MEAN
  const size = dynamic ? {} : { batch: 1, height, width }
  const { graph, probability } = buildInferenceGraph(weights, { input: 'unit', mean, ...size })
  if (form === 'boxes') {
    const { threshold, binarizeThreshold, unclipRatio, loopFree, thresholdInputs } = options
    const found = addBoxes(graph, probability, {
      height,
      width,
      threshold,
      binarizeThreshold,
      unclipRatio,
      minSide: MIN_SIDE,
      maxCandidates: MAX_BOXES,
      loop: !loopFree,
      thresholdInputs,
    })
    graph.output(found.boxes, 'boxes', ['N', 4, 2])
    graph.output(found.scores, 'scores', ['N'])
  }
  graph.output(probability)
  return graph.toModel({ opset: EXPORT_OPSET, metadata: metadataOf(options, origin, mean) })
}

/** Key and value pairs (metadata_props) that tell a program all it needs besides the picture. */
function metadataOf(
  options: ExportOptions,
  { name, sha256, sidecar }: ModelOrigin,
  mean: readonly number[],
): Record<string, string> {
  const metrics = sidecar?.metrics.calibrated ?? sidecar?.metrics.validation ?? Object.values(sidecar?.metrics ?? {})[0]
  const dataHash = sidecar?.source.dataHash
  return {
    project: 'cv_resnet18_ocr-detection',
    project_version: projectVersion(),
    model: name,
    weights_sha256: sha256,
    form: options.form,
    precision: options.precision,
    threshold: String(options.threshold),
    binarize_threshold: String(options.binarizeThreshold),
    unclip_ratio: String(options.unclipRatio),
    min_side: String(MIN_SIDE),
    max_boxes: String(MAX_BOXES),
    // The picture is stretched to the input; a file of free size takes any multiples of 32.
    resize_rule: options.dynamic
      ? JSON.stringify({ rule: 'multiple-of', value: 32 })
      : JSON.stringify({ rule: 'fixed', width: options.width, height: options.height }),
    advised_size_rule: JSON.stringify(sidecar?.size ?? { rule: 'auto' }),
    channel_order: 'BGR',
    input_range: '0..1',
    mean_bgr_inside: JSON.stringify(mean),
    ...(dataHash && { data_hash: dataHash }),
    ...(metrics && { hmean: metrics.hmean.toFixed(4) }),
  }
}
