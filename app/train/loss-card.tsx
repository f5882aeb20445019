'use client'

import { useMemo, useState } from 'react'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { type ChartMark, type ChartSeries, LineChart } from '../components/line-chart'
import { Slider } from '../components/slider'
import { useFormat, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { type RunSeries, smooth } from './run-series'
import { saveText } from './save-text'

const SMOOTHING_KEY = 'smoothing'

/** Remembered between visits; 0.9 at first. */
function useSmoothing(): [number, (v: number) => void] {
  const [value, setValue] = useState(() => {
    const kept = typeof localStorage === 'undefined' ? null : localStorage.getItem(SMOOTHING_KEY)
    const n = kept === null ? Number.NaN : Number(kept)
    return n >= 0 && n <= 0.99 ? n : 0.9
  })
  return [
    value,
    (v) => {
      setValue(v)
      localStorage.setItem(SMOOTHING_KEY, String(v))
    },
  ]
}

function csvOf({ steps }: RunSeries): string {
  const rows = steps.map((s) =>
    [s.step, s.epoch, s.lr, s.loss, s.prob, s.thresh, s.binary, s.imagesPerS, s.dataWait].join(),
  )
  return ['step,epoch,lr,loss,bce,l1,dice,images_per_s,data_wait', ...rows].join('\n')
}

interface Props {
  series: RunSeries
  name: string
  /** All steps of the plan; 0 while unknown. */
  totalSteps: number
  /** Epochs with a frozen backbone at the start. */
  frozenEpochs: number
}

/** Total loss, raw and smoothed, and its parts as they are weighed. */
export function LossCard({ series, name, totalSteps, frozenEpochs }: Props) {
  const t = useTexts(train)
  const format = useFormat()
  const [smoothing, setSmoothing] = useSmoothing()
  const [log, setLog] = useState(false)
  const { steps } = series
  const x = useMemo(() => steps.map((s) => s.step), [steps])
  const lines = useMemo<ChartSeries[]>(() => {
    const raw = steps.map((s) => s.loss)
    const line = (key: string, label: string, color: string, values: number[], width?: number): ChartSeries => ({
      key,
      label,
      color,
      values: smooth(values, smoothing),
      width,
    })
    return [
      { key: 'loss:raw', label: t.total, color: '--color-chart-1', values: raw, faint: true },
      line('loss', t.total, '--color-chart-1', raw, 2.2),
      line(
        'prob',
        t.probability,
        '--color-chart-2',
        steps.map((s) => 5 * s.prob),
      ),
      line(
        'thresh',
        t.threshold,
        '--color-chart-3',
        steps.map((s) => 10 * s.thresh),
      ),
      line(
        'binary',
        t.dice,
        '--color-chart-4',
        steps.map((s) => s.binary),
      ),
    ]
  }, [steps, smoothing, t])
  const marks = useMemo<ChartMark[]>(() => {
    const first = frozenEpochs > 0 ? steps.find((s) => s.epoch > frozenEpochs) : undefined
    return first ? [{ x: first.step, label: t.unfrozen, color: '--color-ink-3' }] : []
  }, [steps, frozenEpochs, t])

  return (
    <Card
      title={t.trainingLoss}
      actions={
        <>
          <span className="flex w-42 items-center gap-2 text-12 text-ink-3 max-md:hidden">
            <span className="whitespace-nowrap">{t.smoothing}</span>
            <Slider
              value={smoothing}
              min={0}
              max={0.99}
              step={0.01}
              onChange={setSmoothing}
              label={t.smoothing}
              valueText={smoothing.toFixed(2)}
            />
          </span>
          <Button size="s" variant="ghost" aria-pressed={log} onClick={() => setLog(!log)}>
            log
          </Button>
          <Button
            size="s"
            variant="ghost"
            icon="download"
            label={t.csv}
            className="max-md:hidden"
            onClick={() => saveText(`${name}_loss.csv`, csvOf(series))}
          />
        </>
      }
    >
      <LineChart
        name={t.trainingLoss}
        x={x}
        series={lines}
        xRange={[1, Math.max(totalSteps, x.at(-1) ?? 1, 2)]}
        yRange={log ? undefined : [0, null]}
        log={log}
        xLabel={t.step}
        wholeX
        marks={marks}
        formatX={(v) => format.count(v)}
        formatY={(v) => format.number(v, v < 10 ? (Number.isInteger(v) ? 0 : 2) : 1)}
      />
    </Card>
  )
}
