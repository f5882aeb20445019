'use client'

import clsx from 'clsx'
import { useState } from 'react'
import { type ExportOptions, exportOptions } from '../../detector/options/export'
import type { ModelInfo } from '../../server/models/schema'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { Chip } from '../components/chip'
import { Disclosure } from '../components/disclosure'
import { Field, inputClass, SelectField } from '../components/field'
import { NumberField } from '../components/number-field'
import { stickyLook } from '../components/page-frame'
import { Slider } from '../components/slider'
import { Switch } from '../components/switch'
import { common } from '../i18n/common'
import { onnx } from '../i18n/export'
import { useLanguage, useTexts } from '../i18n/language'

const SIZES = [640, 800, 1024] as const
const THRESHOLDS = ['threshold', 'binarizeThreshold', 'unclipRatio'] as const

/** Options as the form holds them: thresholds only where someone set them, else the model's calibrated ones count. */
export type ExportForm = Pick<
  ExportOptions,
  'width' | 'height' | 'form' | 'precision' | 'dynamic' | 'loopFree' | 'thresholdInputs'
> &
  Partial<Pick<ExportOptions, (typeof THRESHOLDS)[number]>>

interface Props {
  models: readonly ModelInfo[]
  model: string
  form: ExportForm
  onModel(id: string): void
  onForm(form: ExportForm): void
  onExport(): void
  busy: boolean
}

function SideField({ side, value, onChange }: { side: 'width' | 'height'; value: number; onChange(v: number): void }) {
  const t = useTexts(onnx)
  const spec = exportOptions[side]
  const [text, setText] = useState<string | null>(null)
  const [note, setNote] = useState<string | undefined>()
  const commit = () => {
    if (text === null) return
    const asked = Number(text)
    const used = Math.min(spec.max, Math.max(spec.min, Math.round((Number.isFinite(asked) ? asked : value) / 32) * 32))
    setNote(asked === used ? undefined : t.rounded(asked, used))
    setText(null)
    onChange(used)
  }
  return (
    <Field label={t[side]} help={note}>
      {({ id, describedBy }) => (
        <div className="flex items-center gap-2">
          <span className="min-w-0 flex-1">
            <Slider
              value={value}
              min={spec.min}
              max={spec.max}
              step={32}
              label={t[side]}
              onChange={(v) => {
                setNote(undefined)
                onChange(v)
              }}
            />
          </span>
          <input
            id={id}
            className={inputClass('number')}
            inputMode="numeric"
            aria-describedby={describedBy}
            value={text ?? String(value)}
            onChange={(e) => setText(e.target.value)}
            onBlur={commit}
            onKeyDown={(e) => e.key === 'Enter' && commit()}
          />
        </div>
      )}
    </Field>
  )
}

export function ExportFormCard({ models, model, form, onModel, onForm, onExport, busy }: Props) {
  const t = useTexts(onnx)
  const c = useTexts(common)
  const { lang } = useLanguage()
  const [open, setOpen] = useState(false)
  const chosen = models.find((m) => m.id === model)
  const set = (change: Partial<ExportForm>) => onForm({ ...form, ...change })
  return (
    <Card flush className={clsx(stickyLook, 'grid grid-cols-1 gap-4 p-4.5 max-lg:static')}>
      <SelectField
        label={c.model}
        value={model}
        options={models.map((m) => ({ value: m.id, label: m.kind === 'base' ? c.baseModel : m.name }))}
        onChange={onModel}
      />
      <SideField side="height" value={form.height} onChange={(height) => set({ height })} />
      <SideField side="width" value={form.width} onChange={(width) => set({ width })} />
      <div className="grid gap-2">
        <div className="flex items-center gap-2 flex-wrap">
          {SIZES.map((size) => (
            <Chip
              key={size}
              pressed={form.width === size && form.height === size}
              onClick={() => set({ width: size, height: size })}
            >
              {size === 800 ? '800 × 800' : size}
            </Chip>
          ))}
        </div>
        <p className="text-12 text-ink-3">{t.sizeHelp}</p>
      </div>
      <div className="grid gap-2">
        <Switch checked={form.form === 'boxes'} onChange={(on) => set({ form: on ? 'boxes' : 'maps' })}>
          {t.boxesInside}
        </Switch>
        <p className="text-12 text-ink-3">{t.boxesHelp}</p>
      </div>
      <SelectField
        label={t.precision}
        value={form.precision}
        options={exportOptions.precision.choices.map((value) => ({ value, label: t[value] }))}
        onChange={(precision) => set({ precision })}
      />
      <Disclosure summary={t.advanced} open={open} onToggle={setOpen}>
        <div className="grid grid-cols-1 gap-4 pt-3">
          {THRESHOLDS.map((key) => {
            const spec = exportOptions[key]
            return (
              <NumberField
                key={key}
                label={spec.label[lang]}
                help={spec.help[lang]}
                min={spec.min}
                max={spec.max}
                value={form[key] ?? chosen?.thresholds[key] ?? spec.default}
                onChange={(v) => set({ [key]: v })}
              />
            )
          })}
          {form.form === 'maps' ? (
            <Switch checked={form.dynamic} onChange={(dynamic) => set({ dynamic })}>
              {exportOptions.dynamic.label[lang]}
            </Switch>
          ) : (
            <>
              <Switch checked={form.loopFree} onChange={(loopFree) => set({ loopFree })}>
                {exportOptions.loopFree.label[lang]}
              </Switch>
              <Switch checked={form.thresholdInputs} onChange={(thresholdInputs) => set({ thresholdInputs })}>
                {exportOptions.thresholdInputs.label[lang]}
              </Switch>
            </>
          )}
        </div>
      </Disclosure>
      <Button
        variant="primary"
        size="l"
        icon="export"
        full
        busy={busy}
        disabledReason={chosen ? undefined : t.noModel}
        onClick={onExport}
      >
        {t.exportIt}
      </Button>
    </Card>
  )
}
