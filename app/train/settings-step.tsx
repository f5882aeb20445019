'use client'

import clsx from 'clsx'
import { useState } from 'react'
import type { OptionSpec } from '../../detector/options/spec'
import { type TrainOptions, trainOptions } from '../../detector/options/train'
import { UNDER_WAY } from '../../server/events/job-states'
import type { RunInfo } from '../../server/runs/schema'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { Chip } from '../components/chip'
import { Disclosure } from '../components/disclosure'
import { labelLook, SelectField, TextField } from '../components/field'
import { NumberField } from '../components/number-field'
import { Columns, stickyLook } from '../components/page-frame'
import { Switch } from '../components/switch'
import { useModels, useRuns, useSystem } from '../data/use-lists'
import { common } from '../i18n/common'
import { useLanguage, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { CommandCard } from './command-card'
import { EstimateCard } from './estimate-card'

/** Below "advanced", in this order; the augmentation has chips of its own. */
const ADVANCED = [
  'optimizer',
  'preset',
  'freezeBackboneEpochs',
  'accumulate',
  'patience',
  'schedule',
  'warmupSteps',
  'weightDecay',
  'clipNorm',
  'ema',
  'batchNorm',
  'testFrom',
  'seed',
  'workers',
  'engine',
  'device',
  'scaleMin',
  'scaleMax',
  'textHeight',
  'largeText',
] as const satisfies readonly (keyof TrainOptions)[]

/** Chips: the option, its label, and what "on" means. */
const AUGMENTATIONS = [
  ['rotate', 'rotate'],
  ['flip', 'flip'],
  ['colorJitter', 'colours'],
  ['noise', 'noise'],
  ['occlusion', 'occlusion'],
  ['blur', 'blur'],
  ['jpeg', 'jpeg'],
] as const satisfies readonly (readonly [keyof TrainOptions, keyof (typeof train)['zh']])[]

interface Props {
  options: TrainOptions
  name: string
  datasetId: string
  /** For training; unknown until the data are checked. */
  images: number | undefined
  onOptions(options: TrainOptions): void
  onName(name: string): void
  onBack(): void
  onStart(): void
  starting: boolean
}

/** A run of this server that a new one waits for. */
const isInTheWay = ({ state, external }: RunInfo): boolean => !external && UNDER_WAY.includes(state)

/** Second step of a run: four basic fields, the rest folded; time and memory before the start. */
const FORM = 'grid grid-cols-1 gap-x-5 gap-y-4.5 md:grid-cols-2'

export function SettingsStep(props: Props) {
  const { options, name, datasetId, images, onOptions, onName, onBack, onStart, starting } = props
  const t = useTexts(train)
  const c = useTexts(common)
  const { lang } = useLanguage()
  const { models } = useModels()
  const { runs } = useRuns()
  const { system } = useSystem()
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set())
  const [open, setOpen] = useState(false)

  const native = system?.engines.find((e) => e.name === 'tensorflow')?.runsOn
  const engineHelp = native === 'WebAssembly' ? t.engineSlow : native ? t.engineNative(native) : undefined
  const set = (key: keyof TrainOptions, value: string | number | boolean) => onOptions({ ...options, [key]: value })
  const field = (key: keyof TrainOptions) => {
    const spec: OptionSpec = trainOptions[key]
    const value = options[key]
    const common = { label: spec.label[lang], help: spec.help[lang] }
    if (spec.type === 'number')
      return (
        <NumberField
          key={key}
          {...common}
          value={value as number}
          min={spec.min}
          max={spec.max}
          integer={spec.integer}
          multipleOf={spec.multipleOf}
          onChange={(v) => set(key, v)}
          onValidity={(ok) =>
            setWrong((old) => {
              const next = new Set(old)
              if (ok) next.delete(key)
              else next.add(key)
              return next
            })
          }
        />
      )
    if (spec.type === 'choice')
      return (
        <SelectField
          key={key}
          {...common}
          help={key === 'engine' ? engineHelp : common.help}
          value={value as string}
          options={spec.choices.map((v) => ({ value: v, label: spec.choiceLabels?.[v]?.[lang] ?? v }))}
          onChange={(v) => set(key, v)}
        />
      )
    if (spec.type === 'boolean')
      return (
        <Switch key={key} checked={value as boolean} onChange={(v) => set(key, v)}>
          {spec.label[lang]}
        </Switch>
      )
    return <TextField key={key} {...common} value={value as string} onChange={(v) => set(key, v)} />
  }
  const changed = [...ADVANCED, ...AUGMENTATIONS.map(([key]) => key)].filter(
    (key) => options[key] !== trainOptions[key].default,
  ).length
  const startingModels = [
    ...(models ?? [])
      .filter((m) => m.trainable && !m.missing)
      .map((m) => ({ value: m.id, label: m.kind === 'base' ? c.baseModel : m.name })),
    { value: 'random', label: t.randomWeights },
  ]

  return (
    <Columns kind="side">
      <Card flush className="p-5">
        <div className={FORM}>
          {field('batchSize')}
          {field('epochs')}
          {field('lr')}
          <SelectField
            label={trainOptions.model.label[lang]}
            help={trainOptions.model.help[lang]}
            value={options.model}
            options={startingModels}
            onChange={(v) => set('model', v)}
          />
          {field('imageSize')}
          <TextField label={t.runName} value={name} onChange={onName} />
        </div>
        <div className="mt-4 border-line border-t pt-2.5">
          <Disclosure
            summary={t.advanced}
            note={changed > 0 && <span className="text-12 text-ink-3 font-normal">{t.changed(changed)}</span>}
            open={open}
            onToggle={setOpen}
          >
            <div className={clsx(FORM, 'pt-3')}>
              {ADVANCED.map(field)}
              <div className="col-span-full grid gap-2">
                <span className={labelLook}>{t.augmentation}</span>
                <div className="flex items-center gap-2 flex-wrap">
                  {AUGMENTATIONS.map(([key, label]) => {
                    const on = options.augment && options[key] > 0
                    return (
                      <Chip
                        key={key}
                        pressed={on}
                        onClick={() =>
                          onOptions({ ...options, augment: true, [key]: on ? 0 : trainOptions[key].default })
                        }
                      >
                        {key === 'rotate' ? `${t.rotate} ±${trainOptions.rotate.default}°` : t[label]}
                      </Chip>
                    )
                  })}
                  <Chip pressed={options.crop} onClick={() => set('crop', !options.crop)}>
                    {t.crop}
                  </Chip>
                </div>
              </div>
            </div>
          </Disclosure>
        </div>
      </Card>
      <div className={clsx(stickyLook, 'grid grid-cols-1 gap-4 max-xl:static')}>
        <EstimateCard
          options={options}
          datasetId={datasetId}
          images={images}
          valid={wrong.size === 0}
          onSuggestion={(values) => onOptions({ ...options, ...values })}
        />
        <CommandCard options={options} />
        <Button
          variant="primary"
          size="l"
          icon="play"
          full
          busy={starting}
          disabledReason={
            wrong.size > 0
              ? [...wrong].map((key) => trainOptions[key as keyof TrainOptions].label[lang]).join(', ')
              : undefined
          }
          onClick={onStart}
        >
          {t.start}
        </Button>
        {runs?.some(isInTheWay) && <p className="text-12 text-ink-3 -mt-2 text-center">{t.willQueue}</p>}
        <Button variant="ghost" icon="left" full onClick={onBack}>
          {t.back}
        </Button>
      </div>
    </Columns>
  )
}
