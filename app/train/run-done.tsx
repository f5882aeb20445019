'use client'

import { useMemo } from 'react'
import useSWR from 'swr'
import { hmeanInterval } from '../../detector/evaluation/hmean-interval'
import { defaultRecipe, isGentle } from '../../detector/options/recipe'
import type { TrainOptions } from '../../detector/options/train'
import type { Calibration } from '../../detector/training/calibration'
import type { RunInfo } from '../../server/api/schemas/run'
import { Banner } from '../components/banner'
import { ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { type ChartSeries, LineChart } from '../components/line-chart'
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
    <section className="card hero">
      <div className="l">
        <div>
          <span className="small dim">{t.bestModel(best.epoch)}</span>
          <div className="row items-baseline! gap-2.5!">
            {before !== undefined && (
              <span className="before">
                {format.number(before, 3)} <span aria-hidden="true">→</span>
              </span>
            )}
            <span className="huge">{format.number(after ?? best.hmean, 3)}</span>
            {gain !== undefined && <GainMark gain={gain} />}
          </div>
          <span className="small t2">hmean{before !== undefined && ` · ${t.beforeAfter}`}</span>
        </div>
        {gain !== undefined && gain < 0 && <NoGain run={run} />}
        <div className="row gap-6!">
          {(
            [
              ['Precision', precision],
              ['Recall', recall],
              ['mAP', best.ap],
            ] as const
          ).map(([label, value]) => (
            <div className="stat" key={label}>
              <b>{format.number(value, 3)}</b>
              <span>{label}</span>
            </div>
          ))}
        </div>
        <div className="stack-s">
          {run.bestModel && (
            <ButtonLink href={`/?model=${run.bestModel}`} variant="primary" size="l" icon="bolt" full>
              {t.detectWith}
            </ButtonLink>
          )}
          <div className="row">
            {run.bestModel && (
              <ButtonLink href={`/export?model=${run.bestModel}`} icon="export" className="grow">
                {t.exportIt}
              </ButtonLink>
            )}
            {run.files.some((f) => f.name === 'report.html') && (
              <a className="btn grow" href={`/api/runs/${run.id}/files/report.html`} target="_blank" rel="noreferrer">
                {t.report}
              </a>
            )}
          </div>
        </div>
      </div>
      <div className="rr">
        <CalibrationChart run={run} />
        {calibration && <Sureness calibration={calibration} />}
      </div>
    </section>
  )
}

/** The test part held nothing to measure with: says so instead of figures, and offers a run that measures. */
function NotMeasured({ run, epoch }: { run: RunInfo; epoch: number }) {
  const t = useTexts(train)
  return (
    <section className="card stack gap-3! p-4.5!">
      <span className="small dim">{t.bestModel(epoch)}</span>
      <Banner tone="warn">{t.notMeasured}</Banner>
      <div className="row wrap">
        <ButtonLink href={newRunUrl(run, { testFrom: 'split' })} variant="primary" icon="train">
          {t.splitTest}
        </ButtonLink>
        {run.bestModel && (
          <ButtonLink href={`/?model=${run.bestModel}`} icon="bolt">
            {t.detectWith}
          </ButtonLink>
        )}
      </div>
    </section>
  )
}

/** The starting model was better: says so, and offers the recipe that changes less. */
function NoGain({ run }: { run: RunInfo }) {
  const t = useTexts(train)
  const gentle = isGentle(run.options as TrainOptions)
  return (
    <div className="stack-s" role="note">
      <p className="small t2">{gentle ? t.noGain : `${t.noGain} ${t.gentler}`}</p>
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
    <p className="small dim">
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
      { key: 'hmean', label: 'F1', color: '--c1', values: curve.map((p) => p.hmean), width: 2.2 },
      { key: 'precision', label: 'Precision', color: '--c2', values: curve.map((p) => p.precision) },
      { key: 'recall', label: 'Recall', color: '--c3', values: curve.map((p) => p.recall) },
    ]
  }, [data])
  if (!run.calibration) return null
  const threshold = format.number(run.calibration.threshold, 2)
  return (
    <>
      <div className="row between wrap">
        <h3>{t.calibration}</h3>
        <span className="small t2">{t.calibrated(threshold, format.number(run.calibration.hmean, 3))}</span>
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
            { x: 0.2, label: t.defaultMark, color: '--text-3' },
            { x: run.calibration.threshold, label: t.bestMark(threshold), color: '--c1' },
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
        <span className="small dim">
          {format.duration(run.elapsedSeconds)} · {t.epochsDone(run.epoch)}
        </span>
      }
    >
      <table>
        <tbody>
          {run.files.map((file) => (
            <tr key={file.name}>
              <td className="mono" translate="no">
                {file.name}
              </td>
              <td className="t2 hide-s">{notes[file.name] ?? ''}</td>
              <td className="num dim">{format.bytes(file.size)}</td>
              <td className="num">
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
