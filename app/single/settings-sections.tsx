'use client'
import type { ScenePreset } from '../../detector/options/detect'
import { detectOptions } from '../../detector/options/detect'
import type { ModelInfo } from '../../server/models/schema'
import { Disclosure } from '../components/disclosure'
import { Field, SelectField } from '../components/field'
import { modelChoices } from '../components/model-choices'
import { NumberField } from '../components/number-field'
import { Preset } from '../components/preset'
import { Slider } from '../components/slider'
import { Switch } from '../components/switch'
import { Section } from '../components/workspace'
import { useLanguage, useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { presetOf, type Settings, withPreset } from './settings'

interface Props {
  settings: Settings
  onSettings(settings: Settings): void
  models: ModelInfo[] | undefined
  model: string
  onModel(id: string): void
}

/** Presets, model and the advanced options; what needs a new run waits for the button. */
export function SettingsSections({ settings, onSettings, models, model, onModel }: Props) {
  const t = useTexts(single)
  const { lang } = useLanguage()
  const chosen = presetOf(settings)
  const presets: [ScenePreset, string, string][] = [
    ['document', t.presetDocument, t.presetDocumentSets],
    ['blurry', t.presetBlurry, t.presetBlurrySets],
    ['small-text', t.presetSmall, t.presetSmallSets],
    ['advert', t.presetAdvert, t.presetAdvertSets],
  ]
  const set = <K extends keyof Settings>(key: K, value: Settings[K]) => onSettings({ ...settings, [key]: value })
  const o = detectOptions
  return (
    <>
      <Section phone="late" title={t.presets}>
        {/* biome-ignore lint/a11y/useSemanticElements: the heading above is the legend */}
        <div className="grid grid-cols-2 gap-1.5" role="group" aria-label={t.presets}>
          {presets.map(([key, name, sets]) => (
            <Preset
              key={key}
              name={name}
              sets={sets}
              pressed={chosen === key}
              onClick={() => onSettings(withPreset(settings, key))}
            />
          ))}
        </div>
      </Section>
      <Section phone="late">
        <SelectField label={t.model} value={model} options={modelChoices(models, lang, model)} onChange={onModel} />
      </Section>
      <Section phone="late">
        <Disclosure summary={t.advanced}>
          <div className="grid grid-cols-1 gap-3 pt-2.5">
            <Field label={o.binarizeThreshold.label[lang]} value={settings.binarizeThreshold.toFixed(2)}>
              {({ id }) => (
                <Slider
                  id={id}
                  min={o.binarizeThreshold.min}
                  max={o.binarizeThreshold.max}
                  step={o.binarizeThreshold.step}
                  value={settings.binarizeThreshold}
                  onChange={(v) => set('binarizeThreshold', v)}
                />
              )}
            </Field>
            <Field label={o.unclipRatio.label[lang]} value={settings.unclipRatio.toFixed(2)}>
              {({ id }) => (
                <Slider
                  id={id}
                  min={o.unclipRatio.min}
                  max={o.unclipRatio.max}
                  step={o.unclipRatio.step}
                  value={settings.unclipRatio}
                  onChange={(v) => set('unclipRatio', v)}
                />
              )}
            </Field>
            <SelectField
              label={o.sizeRule.label[lang]}
              value={settings.sizeRule}
              options={[
                { value: 'auto', label: t.sizeAuto },
                { value: 'short-side', label: t.sizeShort },
                { value: 'long-side', label: t.sizeLong },
                { value: 'fixed', label: t.sizeFixed },
              ]}
              onChange={(v) => set('sizeRule', v)}
            />
            {(settings.sizeRule === 'short-side' || settings.sizeRule === 'long-side') && (
              <NumberField
                label={`${o.size.label[lang]} (px)`}
                value={settings.size}
                min={o.size.min}
                max={o.size.max}
                integer
                onChange={(v) => set('size', v)}
              />
            )}
            {settings.sizeRule === 'fixed' && (
              <div className="grid grid-cols-2 gap-3">
                {(['width', 'height'] as const).map((key) => (
                  <NumberField
                    key={key}
                    label={o[key].label[lang]}
                    value={settings[key]}
                    min={o[key].min}
                    max={o[key].max}
                    multipleOf={o[key].multipleOf}
                    integer
                    onChange={(v) => set(key, v)}
                  />
                ))}
              </div>
            )}
            {(['denoise', 'suppressBackground', 'polygon'] as const).map((key) => (
              <Switch key={key} checked={settings[key]} onChange={(v) => set(key, v)}>
                {o[key].label[lang]}
              </Switch>
            ))}
          </div>
        </Disclosure>
      </Section>
    </>
  )
}
