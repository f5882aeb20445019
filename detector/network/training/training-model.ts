import { type Tensor, TensorGraph } from '../../onnx/tensor-graph'
import { writeModel } from '../../onnx/write-model'
import { defineNetwork } from '../network-definition'
import { isFrozen, type Parameter, partOf, trainedParameters } from '../parameters'
import type { StepOptions, StepShape } from '../types'
import { type Kernels, Tape } from './autodiff/tape'
import { dbLoss } from './loss/db-loss'
import { clipFactor, gradientNorm } from './optim/gradient-norm'
import { adamwUpdate, decays, type Moved, sgdUpdate, slotsOf } from './optim/update'
import { TrainingForm } from './training-form'

/** How a provider wants its training graph. */
export interface TrainingKernels extends Kernels {
  /** FusedMatMul of onnxruntime for transposed products. */
  contrib: boolean
}

/**
 * A compiled model of the training step. Inputs are tensors by name; an output `new:<name>` replaces the input `<name>`
 * of the next step.
 */
export interface StepModel {
  bytes: Uint8Array
  inputs: string[]
  outputs: string[]
}

/** Output names of what replaces a state tensor; accumulated gradients. */
export const newName = (name: string) => `new:${name}`
export const gradientName = (name: string) => `gradient:${name}`

/** Forward, loss, backward and update in one graph: `image`, targets, weights, slots, scalars → `losses`, `new:…`. */
export function buildStepModel(shape: StepShape, kernels: TrainingKernels): StepModel {
  const graph = new TensorGraph('training_step', kernels.contrib)
  const { leaves, gradients, losses } = forwardAndBackward(graph, shape, kernels)
  const norm = applyUpdates(graph, shape, leaves, gradients)
  outputLosses(graph, losses, norm)
  return finish(graph)
}

/** Forward, loss and backward; every `gradient:…` is added to the one given: `losses`, `gradient:…`, `new:…` statistics. */
export function buildAccumulateModel(shape: StepShape, kernels: TrainingKernels): StepModel {
  const graph = new TensorGraph('accumulate', kernels.contrib)
  const { gradients, losses } = forwardAndBackward(graph, shape, kernels)
  for (const [name, gradient] of gradients) {
    const before = graph.tensorInput(gradientName(name), gradient.shape)
    graph.output(graph.add(before, gradient), newName(gradientName(name)))
  }
  outputLosses(graph, losses, gradientNorm(graph, [...gradients.values()]))
  return finish(graph)
}

/** The update alone, by gradients · `gradient_scale` (one over the number of accumulated batches): `norm`, `new:…`. */
export function buildUpdateModel(shape: StepShape, kernels: TrainingKernels): StepModel {
  const graph = new TensorGraph('update', kernels.contrib)
  const scale = graph.tensorInput('gradient_scale', [])
  const trained = trainedParameters(shape.frozen)
  const leaves = new Map(trained.map(({ name, dims }) => [name, graph.tensorInput(name, dims)]))
  const gradients = new Map(
    trained.map(({ name, dims }) => [name, graph.mul(graph.tensorInput(gradientName(name), dims), scale)]),
  )
  graph.output(graph.reshape(applyUpdates(graph, shape, leaves, gradients), [1]), 'norm')
  return finish(graph)
}

/** The probability map by running statistics, of images [batch,3,height,width], with the weights as inputs. */
export function buildForwardModel(
  shape: Pick<StepShape, 'batch' | 'height' | 'width'>,
  kernels: TrainingKernels,
): StepModel {
  const graph = new TensorGraph('forward', kernels.contrib)
  const tape = new Tape(graph, kernels)
  const form = new TrainingForm(
    tape,
    () => false,
    () => false,
  )
  const image = tape.leaf(graph.tensorInput('image', [shape.batch, 3, shape.height, shape.width]), false)
  const { probability } = defineNetwork(form, image, 'probability')
  graph.output(graph.unary('Sigmoid', probability.value), 'probability')
  return finish(graph)
}

function forwardAndBackward(graph: TensorGraph, shape: StepShape, kernels: TrainingKernels) {
  const { batch, height, width, frozen, options } = shape
  const tape = new Tape(graph, kernels)
  const form = new TrainingForm(
    tape,
    (name) => !isFrozen(name, frozen),
    (name) => options.batchNorm === 'batch' && !isFrozen(`${name}.`, frozen),
  )
  const image = tape.leaf(graph.tensorInput('image', [batch, 3, height, width]), false)
  const target = (name: string) => graph.tensorInput(name, [batch, 1, height, width])
  const { probability, threshold } = defineNetwork(form, image)
  if (!threshold) throw new Error('Training needs the threshold head')
  const losses = dbLoss(graph, probability.value, threshold.value, {
    gt: target('gt'),
    mask: target('mask'),
    threshMap: target('thresh_map'),
    threshMask: target('thresh_mask'),
  })
  tape.contribute(probability, () => losses.dProbability)
  tape.contribute(threshold, () => losses.dThreshold)
  tape.backward()

  for (const [name, value] of form.newStatistics) graph.output(value, newName(name))
  const gradients = new Map<string, Tensor>()
  for (const { name } of trainedParameters(frozen)) {
    const leaf = form.leaves.get(name)
    const gradient = leaf && tape.gradientOf(leaf)
    if (!gradient) throw new Error(`No gradient flows to ${name}`)
    gradients.set(name, gradient)
  }
  const leaves = new Map([...form.leaves].map(([name, leaf]) => [name, leaf.value]))
  return { leaves, gradients, losses }
}

/** Clips and updates every trained parameter; returns the norm before clipping. */
function applyUpdates(
  graph: TensorGraph,
  shape: StepShape,
  weights: ReadonlyMap<string, Tensor>,
  gradients: ReadonlyMap<string, Tensor>,
): Tensor {
  const { options, frozen } = shape
  const norm = gradientNorm(graph, [...gradients.values()])
  const clip = options.clipNorm > 0 ? clipFactor(graph, norm, options.clipNorm) : undefined
  const move = options.optimizer === 'sgd' ? sgdMover(graph, options) : adamwMover(graph, shape)
  for (const parameter of trainedParameters(frozen)) {
    const { name, dims } = parameter
    const weight = weights.get(name)
    const gradient = gradients.get(name)
    if (!weight || !gradient) throw new Error(`${name} has no gradient`)
    const slots = slotsOf(options.optimizer).map((slot) => graph.tensorInput(`${slot}.${name}`, dims))
    const moved = move(parameter, weight, clip ? graph.mul(gradient, clip) : gradient, slots)
    graph.output(moved.weight, newName(name))
    slots.forEach((slot, i) => {
      graph.output(moved.slots[i], newName(slot.name))
    })
  }
  return norm
}

type Mover = (parameter: Parameter, weight: Tensor, gradient: Tensor, slots: readonly Tensor[]) => Moved

function sgdMover(graph: TensorGraph, options: StepOptions): Mover {
  const lr = graph.tensorInput('lr', [])
  return (parameter, weight, gradient, [momentum]) => {
    const decay = decays(parameter, options) ? options.weightDecay : 0
    return sgdUpdate(graph, options, decay, weight, gradient, momentum, lr)
  }
}

/** Inputs `keep`, `step_size.<part>`, `correction.<part>`: parts that were frozen for a time made fewer steps. */
function adamwMover(graph: TensorGraph, { options, frozen }: StepShape): Mover {
  const parts = new Set(trainedParameters(frozen).map(({ name }) => partOf(name)))
  const keep = options.weightDecay > 0 ? graph.tensorInput('keep', []) : graph.number(1)
  const scalars = new Map(
    [...parts].map((part) => [
      part,
      {
        keep,
        stepSize: graph.tensorInput(`step_size.${part}`, []),
        correction: graph.tensorInput(`correction.${part}`, []),
      },
    ]),
  )
  return (parameter, weight, gradient, slots) =>
    adamwUpdate(graph, decays(parameter, options), weight, gradient, slots, scalars.get(partOf(parameter.name))!)
}

function outputLosses(graph: TensorGraph, losses: ReturnType<typeof dbLoss>, norm: Tensor): void {
  const figures = [losses.loss, losses.prob, losses.binary, losses.thresh, norm]
  graph.output(
    graph.concat(
      figures.map((figure) => graph.reshape(figure, [1])),
      0,
    ),
    'losses',
  )
}

function finish(graph: TensorGraph): StepModel {
  return {
    bytes: writeModel(graph.toModel({ opset: TensorGraph.opset })),
    inputs: graph.inputs.map(({ name }) => name),
    outputs: graph.outputs.map(({ name }) => name),
  }
}

/** Formulations that need nothing beyond what every provider offers. */
export const portableKernels: TrainingKernels = { block: 0, pool: 'phase', weightGradient: 'auto', contrib: false }
