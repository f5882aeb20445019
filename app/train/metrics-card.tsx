'use client'

import { useMemo, useState } from 'react'
import { Card } from '../components/card'
import { type ChartSeries, LineChart } from '../components/line-chart'
import { Segmented } from '../components/segmented'
import { useFormat, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { bestEvaluation, type RunSeries } from './run-series'

type View = 'metrics' | 'rate' | 'speed'

interface Props {
  series: RunSeries
  epochs: number
  totalSteps: number
}

/** Validation by epoch; learning rate and speed as other views of the same card. */
export function MetricsCard({ series, epochs, totalSteps }: Props) {
  const t = useTexts(train)
  const [view, setView] = useState<View>('metrics')
  return (
    <Card
      title={t.validation}
      actions={
        <Segmented<View>
          value={view}
          onChange={setView}
          label={t.validation}
          options={[
            { value: 'metrics', label: t.metrics },
            { value: 'rate', label: t.rate },
            { value: 'speed', label: t.speed },
          ]}
        />
      }
    >
      {view === 'metrics' ? (
        <ValidationChart series={series} epochs={epochs} />
      ) : (
        <StepChart series={series} totalSteps={totalSteps} view={view} />
      )}
    </Card>
  )
}

/** hmean, precision, recall and mAP by epoch, the best one marked. */
function ValidationChart({ series, epochs, height }: { series: RunSeries; epochs: number; height?: number }) {
  const t = useTexts(train)
  const format = useFormat()
  const { evaluations } = series
  const best = bestEvaluation(series)
  const lines = useMemo<ChartSeries[]>(
    () => [
      {
        key: 'hmean',
        label: 'hmean',
        color: '--color-chart-1',
        values: evaluations.map((e) => e.hmean),
        width: 2.2,
        points: true,
      },
      { key: 'precision', label: 'Precision', color: '--color-chart-2', values: evaluations.map((e) => e.precision) },
      { key: 'recall', label: 'Recall', color: '--color-chart-3', values: evaluations.map((e) => e.recall) },
      { key: 'ap', label: 'mAP', color: '--color-chart-4', values: evaluations.map((e) => e.ap) },
    ],
    [evaluations],
  )
  const marks = useMemo(
    () => (best ? [{ x: best.epoch, label: t.best(best.hmean.toFixed(3)), color: '--color-ok' }] : []),
    [best, t],
  )
  const values = evaluations.flatMap((e) => [e.hmean, e.precision, e.recall, e.ap])
  const lowest = Math.max(0, Math.floor((Math.min(...values) - 0.1) * 10) / 10)
  if (evaluations.length === 0)
    return <p className="text-12 text-ink-3 grid h-60 place-items-center text-center">{t.firstEvaluation}</p>
  return (
    <LineChart
      name={t.validation}
      x={evaluations.map((e) => e.epoch)}
      series={lines}
      xRange={[Math.min(1, evaluations[0].epoch), Math.max(epochs, 2)]}
      yRange={[lowest, null]}
      xLabel={t.epoch}
      wholeX
      marks={marks}
      height={height}
      formatX={(v) => String(v)}
      formatY={(v) => format.number(v, 3)}
    />
  )
}

function StepChart({ series, totalSteps, view }: { series: RunSeries; totalSteps: number; view: 'rate' | 'speed' }) {
  const t = useTexts(train)
  const format = useFormat()
  const { steps } = series
  const rate = view === 'rate'
  const lines = useMemo<ChartSeries[]>(
    () => [
      {
        key: view,
        label: rate ? t.lr : t.imagesPerS,
        color: '--color-chart-1',
        values: steps.map((s) => (rate ? s.lr : s.imagesPerS)),
        width: 2.2,
      },
    ],
    [steps, view, rate, t],
  )
  return (
    <LineChart
      name={rate ? t.lr : t.imagesPerS}
      x={steps.map((s) => s.step)}
      series={lines}
      xRange={[1, Math.max(totalSteps, steps.at(-1)?.step ?? 1, 2)]}
      yRange={[0, null]}
      xLabel={t.step}
      wholeX
      formatX={(v) => format.count(v)}
      formatY={(v) => (rate ? String(Number(v.toPrecision(3))) : format.number(v, 1))}
    />
  )
}
