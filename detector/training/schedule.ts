import type { TrainOptions } from '../options/train'

export type ScheduleOptions = Pick<TrainOptions, 'lr' | 'schedule' | 'warmupSteps'>

/** Steps of linear warm-up; −1 in the options stands for 5 % of all steps, at most 100. */
export function warmupSteps(options: ScheduleOptions, totalSteps: number): number {
  return options.warmupSteps < 0 ? Math.min(100, Math.floor(totalSteps * 0.05)) : options.warmupSteps
}

/**
 * Learning rate of a step (from 0): lr · (1 − step/total)^0.9, or half a cosine, times (step + 1)/warm-up while that
 * lasts. It never reaches 0 before the last step is done.
 */
export function learningRate(options: ScheduleOptions, step: number, totalSteps: number): number {
  const share = step / totalSteps
  const decay = options.schedule === 'cosine' ? (1 + Math.cos(Math.PI * share)) / 2 : (1 - share) ** 0.9
  const warmup = warmupSteps(options, totalSteps)
  return options.lr * decay * Math.min(1, (step + 1) / Math.max(1, warmup))
}

/** Epochs in which the backbone is frozen; the preset "two-stages" means a quarter of all, at least one. */
export function frozenEpochs(options: Pick<TrainOptions, 'preset' | 'freezeBackboneEpochs' | 'epochs'>): number {
  if (options.freezeBackboneEpochs > 0) return Math.min(options.epochs, options.freezeBackboneEpochs)
  if (options.preset !== 'two-stages' || options.epochs < 2) return 0
  return Math.max(1, Math.round(options.epochs * 0.25))
}
