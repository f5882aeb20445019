import { type TrainOptions, trainOptions } from './train'

/** Rates from here on are SGD's: at those of the guide AdamW forgets what the weights have learnt. */
export const SGD_FROM = 0.002

/** Options with nothing left to choose. */
export type ResolvedOptions = TrainOptions & { optimizer: 'sgd' | 'adamw'; batchNorm: 'batch' | 'frozen' }

/** The optimiser that `auto` stands for at a learning rate. */
export function optimizerOf({ optimizer, lr }: Pick<TrainOptions, 'optimizer' | 'lr'>): ResolvedOptions['optimizer'] {
  return optimizer !== 'auto' ? optimizer : lr < SGD_FROM ? 'adamw' : 'sgd'
}

/**
 * Options of a training step, each `auto` resolved. Batch normalisation: trained weights keep their statistics, which a few
 * small batches estimate worse than the training before did (docs/experiments/batch-normalisation.md); random weights have
 * none to keep.
 */
export function stepOptions(options: TrainOptions): ResolvedOptions {
  const { batchNorm, model } = options
  return {
    ...options,
    optimizer: optimizerOf(options),
    batchNorm: batchNorm !== 'auto' ? batchNorm : model === 'random' ? 'batch' : 'frozen',
  }
}

/** The defaults: small steps for all layers alike, and their average (docs/experiments/default-recipe.md). */
export const defaultRecipe = {
  optimizer: trainOptions.optimizer.default,
  lr: trainOptions.lr.default,
  ema: trainOptions.ema.default,
} as const satisfies Partial<TrainOptions>

/** Whether a run changed its weights as carefully as the default recipe does, or more so. */
export function isGentle(options: Pick<TrainOptions, 'optimizer' | 'lr' | 'ema'>): boolean {
  return optimizerOf(options) === 'adamw' && options.lr <= defaultRecipe.lr && options.ema >= defaultRecipe.ema
}

/** The recipe in words, for the log: which optimiser it was that `auto` stood for. */
export function recipeText(options: Pick<TrainOptions, 'optimizer' | 'lr' | 'ema'>): string {
  const chosen = options.optimizer === 'auto' ? ' (by the learning rate)' : ''
  const optimizer = { sgd: 'SGD', adamw: 'AdamW' }[optimizerOf(options)] + chosen
  const average = options.ema > 0 ? `, moving average of the weights ${options.ema}` : ''
  return `${optimizer}, learning rate ${options.lr}${average}.`
}
