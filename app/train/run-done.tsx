'use client'

import clsx from 'clsx'
import { useMemo } from 'react'
import useSWR from 'swr'
import { hmeanInterval } from '../../detector/evaluation/hmean-interval'
import { defaultRecipe, isGentle } from '../../detector/options/recipe'
import type { TrainOptions } from '../../detector/options/train'
import type { Calibration } from '../../detector/training/calibration'
import type { RunInfo } from '../../server/runs/schema'
import { Banner } from '../components/banner'
import { ButtonLink, buttonClass } from '../components/button'
import { Card } from '../components/card'
import { type ChartSeries, LineChart } from '../components/line-chart'
import { Stat } from '../components/tiles'
import { request } from '../data/request'
import { useFormat, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { GainMark } from './hmean-gain'
import { newRunUrl } from './new-run-url'
import { bestEvaluation, hmeanGain, type RunSeries } from './run-series'

/** The best model in one figure, its gain, what to do with it, and where its threshold comes from. */
export function RunResult({ run, series }: { run: RunInfo; series: RunSeries }) {
  const t = useTexts(train)
  const format = useFormat()
  const calibration = useCalibration(run)
  const best = run.best ?? bestEvaluation(series)
  if (!best) return null
  // All three at the same threshold: the calibrated one, which detection uses.
  const { precision, recall } = calibration ?? best
  const { before, after, gain } = hmeanGain(run)
  if (best.texts === 0) return <NotMeasured run={run} epoch={best.epoch} />
  return (
    <Card flush className="grid grid-cols-[300px_minmax(0,1fr)] max-lg:grid-cols-1" data-testid="result">
      <div className="grid content-start gap-3.5 border-line border-r p-5 max-lg:border-r-0 max-lg:border-b">
        <div>
          <span className="text-12 text-ink-3">{t.bestModel(best.epoch)}</span>
          <div className="flex items-baseline gap-2.5">
            {before !== undefined && (
              <span className="whitespace-nowrap font-medium text-20 text-ink-2">
                {format.number(before, 3)} <span aria-hidden="true">→</span>
              </span>
            )}
            <span className="font-semibold text-40 tracking-[-0.03em]">{format.number(after ?? best.hmean, 3)}</span>
            {gain !== undefined && <GainMark gain={gain} />}
          </div>
          <span className="text-12 text-ink-2">hmean{before !== undefined && ` · ${t.beforeAfter}`}</span>
        </div>
        {gain !== undefined && gain < 0 && <NoGain run={run} />}
        <div className="flex items-center gap-6">
          {(
            [
              ['Precision', precision],
              ['Recall', recall],
              ['mAP', best.ap],
            ] as const
          ).map(([label, value]) => (
            <Stat key={label} value={format.number(value, 3)} label={label} />
          ))}
        </div>
        <div className="grid gap-2">
          {run.bestModel && (
            <ButtonLink href={`/?model=${run.bestModel}`} variant="primary" size="l" icon="bolt" full>
              {t.detectWith}
            </ButtonLink>
          )}
          <div className="flex items-center gap-2">
            {run.bestModel && (
              <ButtonLink href={`/export?model=${run.bestModel}`} icon="export" className="flex-1">
                {t.exportIt}
              </ButtonLink>
            )}
            {run.files.some((f) => f.name === 'report.html') && (
              <a
                className={clsx(buttonClass({}, false), 'flex-1')}
                href={`/api/runs/${run.id}/files/report.html`}
                target="_blank"
                rel="noreferrer"
              >
                {t.report}
              </a>
            )}
          </div>
        </div>
      </div>
      <div className="px-4.5 py-3.5">
        <CalibrationChart run={run} />
        {calibration && <Sureness calibration={calibration} />}
      </div>
    </Card>
  )
}

/** The test part held nothing to measure with: says so instead of figures, and offers a run that measures. */
function NotMeasured({ run, epoch }: { run: RunInfo; epoch: number }) {
  const t = useTexts(train)
  return (
    <Card flush className="grid grid-cols-1 gap-3 p-4.5" data-testid="result">
      <span className="text-12 text-ink-3">{t.bestModel(epoch)}</span>
      <Banner tone="warn">{t.notMeasured}</Banner>
      <div className="flex flex-wrap items-center gap-2">
        <ButtonLink href={newRunUrl(run, { testFrom: 'split' })} variant="primary" icon="train">
          {t.splitTest}
        </ButtonLink>
        {run.bestModel && (
          <ButtonLink href={`/?model=${run.bestModel}`} icon="bolt">
            {t.detectWith}
          </ButtonLink>
        )}
      </div>
    </Card>
  )
}

/** The starting model was better: says so, and offers the recipe that changes less. */
function NoGain({ run }: { run: RunInfo }) {
  const t = useTexts(train)
  const gentle = isGentle(run.options as TrainOptions)
  return (
    <div className="grid gap-2" role="note">
      <p className="text-12 text-ink-2">{gentle ? t.noGain : `${t.noGain} ${t.gentler}`}</p>
      {!gentle && (
        <ButtonLink href={newRunUrl(run, defaultRecipe)} icon="train" full>
          {t.trainGentler}
        </ButtonLink>
      )}
    </div>
  )
}

/** How far figures of so few texts can be trusted. */
function Sureness({ calibration }: { calibration: Calibration }) {
  const t = useTexts(train)
  const format = useFormat()
  const [low, high] = hmeanInterval(calibration)
  return (
    <p className="text-12 text-ink-3">
      {t.sureness(format.count(calibration.truths), format.number(low, 2), format.number(high, 2))}
    </p>
  )
}

function useCalibration(run: RunInfo): Calibration | undefined {
  const path = run.calibration ? `/runs/${run.id}/files/calibration.json` : null
  return useSWR<Calibration>(path, (p: string) => request<Calibration>(p)).data
}

/** Precision, recall and F1 against the score threshold, with the default and the chosen one. */
function CalibrationChart({ run }: { run: RunInfo }) {
  const t = useTexts(train)
  const format = useFormat()
  const data = useCalibration(run)
  const lines = useMemo<ChartSeries[]>(() => {
    const curve = data?.curve ?? []
    return [
      { key: 'hmean', label: 'F1', color: '--color-chart-1', values: curve.map((p) => p.hmean), width: 2.2 },
      { key: 'precision', label: 'Precision', color: '--color-chart-2', values: curve.map((p) => p.precision) },
      { key: 'recall', label: 'Recall', color: '--color-chart-3', values: curve.map((p) => p.recall) },
    ]
  }, [data])
  if (!run.calibration) return null
  const threshold = format.number(run.calibration.threshold, 2)
  return (
    <>
      <div className="flex items-center gap-2 justify-between flex-wrap">
        <h3>{t.calibration}</h3>
        <span className="text-12 text-ink-2">{t.calibrated(threshold, format.number(run.calibration.hmean, 3))}</span>
      </div>
      <div className="mt-2">
        <LineChart
          name={t.calibration}
          x={data?.curve.map((p) => p.threshold) ?? []}
          series={lines}
          xRange={[0, 1]}
          xLabel={t.calibration}
          height={226}
          marks={[
            { x: 0.2, label: t.defaultMark, color: '--color-ink-3' },
            { x: run.calibration.threshold, label: t.bestMark(threshold), color: '--color-chart-1' },
          ]}
          formatX={(v) => format.number(v, 1)}
          formatY={(v) => format.number(v, 2)}
        />
      </div>
    </>
  )
}

/** What the run left behind, to download. */
export function RunFiles({ run }: { run: RunInfo }) {
  const t = useTexts(train)
  const format = useFormat()
  const best = run.best
  const notes: Record<string, string> = {
    'best_model.pth': best
      ? t.bestFile(best.epoch, format.number(run.calibration?.threshold ?? best.threshold, 2))
      : '',
    'final_model.pth': t.finalFile,
    'report.html': t.reportFile,
    'log.txt': t.logFile,
    'metrics.jsonl': t.metricsFile,
    'config.json': t.configFile,
    'calibration.json': t.calibrationFile,
  }
  return (
    <Card
      flush
      className="overflow-hidden"
      title={t.files}
      actions={
        <span className="text-12 text-ink-3">
          {format.duration(run.elapsedSeconds)} · {t.epochsDone(run.epoch)}
        </span>
      }
    >
      <table>
        <tbody>
          {run.files.map((file) => (
            <tr key={file.name}>
              <td className="font-mono text-[12px]" translate="no">
                {file.name}
              </td>
              <td className="text-ink-2 max-md:hidden">{notes[file.name] ?? ''}</td>
              <td className="text-right text-ink-3">{format.bytes(file.size)}</td>
              <td className="text-right">
                <ButtonLink
                  href={`/api/runs/${run.id}/files/${file.name}`}
                  download={file.name}
                  size="s"
                  variant="ghost"
                  icon="download"
                  label={file.name}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
