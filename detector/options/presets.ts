import type { DetectionSettings, ScenePreset, SizeRule } from './detect'
import { type DetectOptions, detectionSettings, detectOptions, scenePresets } from './detect'
import { parseOptions } from './spec'

/** For weights that bring no thresholds of their own: the defaults of the options, which are the guide's. */
export const DEFAULT_THRESHOLDS = {
  threshold: detectOptions.threshold.default,
  binarizeThreshold: detectOptions.binarizeThreshold.default,
  unclipRatio: detectOptions.unclipRatio.default,
}

/** What a model advises. */
export interface ModelDefaults {
  thresholds?: { threshold: number; binarizeThreshold: number; unclipRatio: number }
}

/**
 * Settings from what the user gave. Each value comes from the first that has one: the user, the scene preset, the model's
 * calibration, the option's default.
 *
 * @param given by option name; text is converted
 * @throws UserError of `parseOptions`
 */
export function resolveDetectionSettings(given: Record<string, unknown>, model: ModelDefaults = {}): DetectionSettings {
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const { preset } = parseOptions(detectOptions, own)
  const ofPreset: Partial<DetectOptions> = preset === 'none' ? {} : scenePresets[preset as ScenePreset]
  return detectionSettings(
    parseOptions(detectOptions, { ...model.thresholds, ...ofPreset, ...own, ...sizeRuleMeant(own) }),
  )
}

/** `--width 800 --height 800` alone means the rule that uses them. */
function sizeRuleMeant(own: Record<string, unknown>): { sizeRule?: SizeRule['rule'] } {
  if (own.sizeRule !== undefined) return {}
  if (own.width !== undefined || own.height !== undefined) return { sizeRule: 'fixed' }
  return own.size === undefined ? {} : { sizeRule: 'long-side' }
}
