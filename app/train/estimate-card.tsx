'use client'

import { useEffect, useState } from 'react'
import { optimizerOf } from '../../detector/options/recipe'
import type { TrainOptions } from '../../detector/options/train'
import { type Suggestion, suggestOptions } from '../../detector/training/suggest-options'
import type { Estimate } from '../../server/runs/schema'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { Bar } from '../components/progress'
import { Stat } from '../components/tiles'
import { useToast } from '../components/toast'
import { request } from '../data/request'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { train } from '../i18n/train'

interface Props {
  options: TrainOptions
  datasetId: string
  /** For training; unknown until the data are checked. */
  images: number | undefined
  valid: boolean
  onSuggestion(values: Suggestion['values']): void
}

/** What the measured time and memory depend on. */
const measuredKey = (o: TrainOptions): string =>
  [o.batchSize, o.accumulate, o.imageSize, o.engine, o.device, optimizerOf(o), o.ema, o.batchNorm, o.model].join()

/** What would suit the data better, and time and memory of the run from a short measurement; both only at a click. */
export function EstimateCard({ options, datasetId, images, valid, onSuggestion }: Props) {
  const t = useTexts(train)
  const format = useFormat()
  const { lang } = useLanguage()
  const { toastError } = useToast()
  const [result, setResult] = useState<{ estimate: Estimate; key: string } | null>(null)
  const [measuring, setMeasuring] = useState(false)
  const key = measuredKey(options)

  useEffect(() => {
    if (result && result.key !== key) setResult(null)
  }, [key, result])

  const measure = async () => {
    setMeasuring(true)
    try {
      const { data: _data, ...rest } = options
      const estimate = await request<Estimate>('/estimate', { json: { dataset: datasetId, options: rest } })
      setResult({ estimate, key })
    } catch (e) {
      toastError(e)
    } finally {
      setMeasuring(false)
    }
  }

  const estimate = result?.estimate
  const steps = estimate ? estimate.stepsPerEpoch * options.epochs : 0
  const seconds = estimate ? estimate.secondsPerEpoch * options.epochs : 0
  const tight = estimate ? estimate.memoryBytes > 0.9 * estimate.freeMemoryBytes : false
  const suggestions = images === undefined ? [] : suggestOptions(images, options)
  return (
    <Card
      title={t.estimate}
      actions={estimate && <span className="text-12 text-ink-3">{t.measured(estimate.measuredSteps)}</span>}
    >
      {!estimate && (
        <Button full busy={measuring} disabledReason={valid ? undefined : t.settings} onClick={() => void measure()}>
          {measuring ? t.measuring : t.measure}
        </Button>
      )}
      {estimate && (
        <div className="grid grid-cols-1 gap-3">
          <div className="flex flex-wrap items-center gap-x-7 gap-y-2">
            <Stat
              large
              value={format.estimate(seconds)}
              label={t.speedSteps(format.number(estimate.imagesPerS, 1), format.count(steps))}
            />
            <Stat large value={format.bytes(estimate.memoryBytes)} label={t.peakMemory} />
          </div>
          <div>
            <Bar
              share={estimate.memoryBytes / estimate.freeMemoryBytes}
              tone={tight ? 'err' : 'ok'}
              label={t.peakMemory}
            />
            <p className="text-12 text-ink-3 pt-1">
              {(tight ? t.memoryTight : t.memoryFine)(format.bytes(estimate.freeMemoryBytes))}
            </p>
          </div>
        </div>
      )}
      {suggestions.length > 0 && (
        <div className="pt-3">
          <h3 className="text-12">{t.suggestion}</h3>
          <ul className="grid gap-2 pt-2" aria-label={t.suggestion}>
            {suggestions.map(({ values, reason }) => (
              <li key={reason.en} className="flex items-start gap-2 border-line border-t pt-2">
                <p className="text-12 min-w-0 flex-1">{reason[lang]}</p>
                <Button size="s" onClick={() => onSuggestion(values)}>
                  {t.apply}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  )
}
