import type { Tensor, TensorGraph } from '../../../onnx/tensor-graph'

/** Which of several equal formulations an operator takes; they differ in speed and in what a provider offers. */
export interface Kernels {
  /** Block size of onnxruntime's internal blocked layout (16 with AVX-512, 8 with AVX2); 0 = standard Conv only. CPU. */
  block: 0 | 8 | 16
  /** Backward of max pooling: scatter-add (CPU, CUDA), or element-wise operators alone (everywhere). */
  pool: 'scatter' | 'phase'
  /** Weight gradient of 3×3 convolutions: by measured crossover, or always one form. */
  weightGradient: 'auto' | 'batch' | 'image' | 'conv3d'
}

/** A value that gradients may flow to. Compared by identity. */
export interface Variable {
  readonly value: Tensor
  /** False for inputs and frozen weights, and for what is computed from these alone: nothing is derived for them. */
  readonly needsGradient: boolean
}

/**
 * Reverse mode: operators write their forward nodes at once and leave a rule here; backward() runs the rules from last
 * to first, each writing the nodes that turn the gradient of its output into those of its inputs.
 */
export class Tape {
  private readonly rules: { output: Variable; rule: (gradient: Tensor) => void }[] = []
  private readonly gradients = new Map<Variable, Tensor>()

  constructor(
    readonly graph: TensorGraph,
    readonly kernels: Kernels,
  ) {}

  /** A leaf: an input, a weight. */
  leaf(value: Tensor, needsGradient: boolean): Variable {
    return { value, needsGradient }
  }

  /** The result of an operator on `inputs`. The rule runs once, with the whole gradient of the result. */
  result(value: Tensor, inputs: readonly Variable[], rule: (gradient: Tensor) => void): Variable {
    const output: Variable = { value, needsGradient: inputs.some((input) => input.needsGradient) }
    if (output.needsGradient) this.rules.push({ output, rule })
    return output
  }

  /** Adds to the gradient of a variable. The gradient is made only when one is wanted. */
  contribute(variable: Variable, gradient: () => Tensor): void {
    if (!variable.needsGradient) return
    const before = this.gradients.get(variable)
    const added = gradient()
    this.gradients.set(variable, before ? this.graph.add(before, added) : added)
  }

  /** Writes the backward graph, from gradients given with contribute(). Once per tape. */
  backward(): void {
    for (const { output, rule } of this.rules.reverse()) {
      const gradient = this.gradients.get(output)
      if (gradient) rule(gradient)
    }
  }

  /** After backward(): the gradient of a leaf, if any flowed there. */
  gradientOf(variable: Variable): Tensor | undefined {
    return this.gradients.get(variable)
  }
}
