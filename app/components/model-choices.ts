import type { ModelInfo } from '../../server/models/schema'
import { common } from '../i18n/common'
import type { Lang } from '../i18n/texts'

/**
 * Name and figures of the set a model was measured on, at the thresholds that it detects with; of the first set, where several
 * were measured.
 */
export function measuredOn({ metrics }: Pick<ModelInfo, 'metrics'>) {
  return Object.entries(metrics).sort(([a], [b]) => Number(b === CALIBRATED) - Number(a === CALIBRATED))[0] ?? []
}
/** Earlier versions kept figures at other thresholds beside these. */
const CALIBRATED = 'calibrated'

const hmeanOf = (model: ModelInfo): number | undefined => measuredOn(model)[1]?.hmean

/** The name that people see; the shipped model has one in each language. */
export const modelName = (model: Pick<ModelInfo, 'id' | 'name'>, lang: Lang): string =>
  model.id === 'base' ? common[lang].baseModel : model.name

/** Entries of a model list: "name · hmean 0.879". A chosen model that is gone stays visible by its id. */
export function modelChoices(models: ModelInfo[] | undefined, lang: Lang, chosen: string) {
  const list = (models ?? []).map((m) => {
    const hmean = hmeanOf(m)
    const name = modelName(m, lang)
    return {
      value: m.id,
      label: hmean === undefined || m.kind === 'base' ? name : `${name} · hmean ${hmean.toFixed(3)}`,
      disabled: m.missing,
    }
  })
  if (!list.some((m) => m.value === chosen))
    list.unshift({ value: chosen, label: chosen === 'base' ? common[lang].baseModel : chosen, disabled: false })
  return list
}
