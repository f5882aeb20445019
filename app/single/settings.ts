import type { DetectionSettings, ScenePreset } from '../../detector/options/detect'
import { type DetectOptions, detectOptions, scenePresets } from '../../detector/options/detect'
import { defaultsOf } from '../../detector/options/spec'
import type { ModelInfo } from '../../server/models/schema'

/** What the left panel holds: the options of a detection as flat values, without the preset, which is read from them. */
export type Settings = Omit<DetectOptions, 'preset'>

const { preset: _none, ...usual } = defaultsOf(detectOptions)
export const usualSettings: Settings = usual

/** Options that a preset may set; choosing another one puts the rest of these back. */
const PRESET_KEYS = ['threshold', 'sizeRule', 'width', 'height', 'denoise', 'suppressBackground'] as const

/** Size and shape of a fixed input matter only under that rule; so does the side under the other two. */
function matters(key: keyof Settings, s: Settings): boolean {
  if (key === 'width' || key === 'height') return s.sizeRule === 'fixed'
  if (key === 'size') return s.sizeRule === 'short-side' || s.sizeRule === 'long-side'
  return true
}

export function withPreset(s: Settings, preset: ScenePreset): Settings {
  const back = Object.fromEntries(PRESET_KEYS.map((key) => [key, usualSettings[key]]))
  return { ...s, ...back, ...scenePresets[preset] }
}

/** The preset all of whose values hold. */
export function presetOf(s: Settings): ScenePreset | undefined {
  return (Object.keys(scenePresets) as ScenePreset[]).find((name) => {
    const full = withPreset(s, name)
    return PRESET_KEYS.every((key) => !matters(key, full) || full[key] === s[key])
  })
}

/** Values a model was calibrated to. */
export function withModel(s: Settings, model: ModelInfo): Settings {
  return { ...s, ...model.thresholds }
}

/** As the server takes them; the preset goes along where its values hold, so that results name it. */
export function toRequest(s: Settings): Record<string, unknown> {
  const sent = Object.fromEntries(Object.entries(s).filter(([key]) => matters(key as keyof Settings, s)))
  return { ...sent, preset: presetOf(s) ?? 'none' }
}

/** A change of these needs the network again. */
export const networkKey = (s: Settings, model: string): string =>
  JSON.stringify([
    model,
    s.sizeRule,
    matters('size', s) && s.size,
    matters('width', s) && [s.width, s.height],
    s.denoise,
    s.suppressBackground,
  ])

/** A change of these needs the boxes again, from the kept map. */
export const candidateKey = (s: Settings): string =>
  JSON.stringify([s.binarizeThreshold, s.unclipRatio, s.maxCandidates, s.polygon])

/** The flat values of a result's settings. */
export function fromResult(s: DetectionSettings): Settings {
  const { threshold, binarizeThreshold, unclipRatio, maxCandidates, denoise, suppressBackground, polygon, size } = s
  return {
    ...usualSettings,
    threshold,
    binarizeThreshold,
    unclipRatio,
    maxCandidates,
    denoise,
    suppressBackground,
    polygon,
    sizeRule: size.rule,
    ...(size.rule === 'fixed' && { width: size.width, height: size.height }),
    ...((size.rule === 'short-side' || size.rule === 'long-side') && { size: size.value }),
  }
}
