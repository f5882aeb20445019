import { defaultRecipe, optimizerOf, SGD_FROM } from '../options/recipe'
import type { Bilingual } from '../options/spec'
import type { TrainOptions } from '../options/train'

export interface Suggestion {
  /** Options to be changed together. */
  values: Partial<Pick<TrainOptions, 'epochs' | 'preset' | 'lr' | 'optimizer' | 'ema'>>
  reason: Bilingual
}

/** Below this many images a set counts as small. */
const SMALL_SET = 100
const LEAST_STEPS = 150
/** Runs of up to some hundred steps are what the recipes were compared on (docs/experiments/default-recipe.md). */
const SHORT_RUN = 1000

/**
 * What would serve a set of this size better than the given options. Only a proposal: form and command line show it, and
 * nothing is changed unless the user takes it.
 *
 * @param images training images
 */
export function suggestOptions(
  images: number,
  options: Pick<
    TrainOptions,
    'epochs' | 'batchSize' | 'accumulate' | 'preset' | 'freezeBackboneEpochs' | 'optimizer' | 'lr' | 'model'
  >,
): Suggestion[] {
  const suggestions: Suggestion[] = []
  const stepsPerEpoch = Math.max(1, Math.ceil(images / (options.batchSize * options.accumulate)))
  const steps = stepsPerEpoch * options.epochs
  if (optimizerOf(options) === 'sgd' && steps < SHORT_RUN && options.model !== 'random') {
    suggestions.push({
      values: defaultRecipe,
      reason: {
        zh: '从训练好的模型做短训练时，AdamW 0.0005 加 EMA 0.98 学得更快，也更少忘掉已有能力。',
        en: 'In a short run from a trained model AdamW at 0.0005 with an EMA of 0.98 learns faster and unlearns less.',
      },
    })
  }
  if (images < SMALL_SET && steps < LEAST_STEPS) {
    const epochs = Math.min(1000, Math.ceil(LEAST_STEPS / stepsPerEpoch))
    suggestions.push({
      values: { epochs },
      reason: {
        zh: `${images} 张图片、${options.epochs} 轮只有 ${steps} 步；建议至少 ${LEAST_STEPS} 步。`,
        en: `${images} images and ${options.epochs} epochs are only ${steps} steps; at least ${LEAST_STEPS} are advised.`,
      },
    })
  }
  const freezes = options.preset === 'two-stages' || options.freezeBackboneEpochs > 0
  if (images < SMALL_SET && !freezes && options.model !== 'random') {
    suggestions.push({
      values: { preset: 'two-stages' },
      reason: {
        zh: `少于 ${SMALL_SET} 张图片时，先冻结主干网络可减少过拟合。`,
        en: `Under ${SMALL_SET} images a frozen backbone in the first epochs lessens overfitting.`,
      },
    })
  }
  if (options.optimizer === 'adamw' && options.lr >= SGD_FROM) {
    suggestions.push({
      values: { lr: options.model === 'random' ? 0.001 : defaultRecipe.lr },
      reason: { zh: `AdamW 用 ${options.lr} 偏高。`, en: `${options.lr} is high for AdamW.` },
    })
  }
  return suggestions
}
