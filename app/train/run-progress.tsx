'use client'

import clsx from 'clsx'
import type { CSSProperties } from 'react'
import type { RunInfo } from '../../server/runs/schema'
import { Bar } from '../components/progress'
import { Tiles, type TileValue } from '../components/tiles'
import { useFormat, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { GainMark } from './hmean-gain'
import { shareOf } from './run-frame'
import { bestEvaluation, hmeanGain, type RunSeries } from './run-series'

/** Above this number of epochs a plain bar is clearer than segments. */
const EPOCHS = {
  best: 'bg-ok',
  full: 'bg-brand',
  current: 'bg-linear-[90deg,var(--color-brand)_var(--share),var(--color-line)_var(--share)]',
  open: 'bg-line',
} as const
const MOST_SEGMENTS = 60

/** One segment per epoch, the best one green, the current one filled as far as it is. */
export function RunProgress({ run, series }: { run: RunInfo; series: RunSeries }) {
  const t = useTexts(train)
  const format = useFormat()
  const last = series.steps.at(-1)
  const step = last?.step ?? run.step
  const share = run.steps > 0 ? Math.min(1, step / run.steps) : shareOf(run)
  const best = bestEvaluation(series)
  const position = share * run.epochs
  const percent = Math.round(share * 100)
  return (
    <div className="grid gap-1.5">
      {run.epochs <= MOST_SEGMENTS ? (
        <div
          className="flex h-2 gap-0.5 overflow-hidden rounded-lg bg-hover"
          role="progressbar"
          aria-label={t.progress}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          {Array.from({ length: run.epochs }, (_, i) => {
            const epoch = i + 1
            const part = Math.min(1, Math.max(0, position - i))
            const kind = best?.epoch === epoch ? 'best' : part >= 1 ? 'full' : part > 0 ? 'current' : 'open'
            return (
              <i
                key={epoch}
                className={clsx('flex-1', EPOCHS[kind])}
                style={{ '--share': `${Math.round(part * 100)}%` } as CSSProperties}
              />
            )
          })}
        </div>
      ) : (
        <Bar share={share} label={t.progress} />
      )}
      <div className="flex items-center justify-between gap-2 text-12 text-ink-2">
        <span>
          {t.epochStep(
            last?.epoch ?? run.epoch,
            run.epochs,
            format.count(step),
            run.steps ? format.count(run.steps) : '–',
          )}
        </span>
        <span className="flex items-center gap-3.5">
          {best && (
            <span className="flex items-center gap-1 max-md:hidden">
              <i className="size-[7px] rounded-[2px] bg-ok" />
              {t.bestEpoch(best.epoch)}
            </span>
          )}
          <span>{format.percent(share)}</span>
        </span>
      </div>
    </div>
  )
}

/** The eight figures of a running training. */
export function RunTiles({ run, series }: { run: RunInfo; series: RunSeries }) {
  const t = useTexts(train)
  const format = useFormat()
  const last = series.steps.at(-1)
  const { before, after, gain } = hmeanGain(run)
  const tiles: TileValue[] = [
    { label: t.elapsed, value: format.duration(run.elapsedSeconds) },
    { label: t.left, value: run.etaSeconds === null ? '–' : format.duration(run.etaSeconds) },
    { label: t.loss, value: format.number(last?.loss ?? run.loss, 3) },
    {
      label: 'hmean',
      value: format.number(after ?? before, 3),
      note: gain !== undefined ? <GainMark gain={gain} /> : before !== undefined ? t.atStart : undefined,
    },
    { label: t.lr, value: last ? String(Number(last.lr.toPrecision(3))) : '–' },
    { label: t.imagesPerS, value: format.number(last?.imagesPerS ?? run.imagesPerS, 1) },
    { label: t.dataWait, value: last ? format.number(last.dataWait * 100, 1) : '–', note: '%' },
    {
      label: t.machine,
      value: series.machine ? format.percent(series.machine.cpu) : '–',
      note: series.machine && format.bytes(series.machine.memoryBytes),
    },
  ]
  return <Tiles tiles={tiles} columns={8} />
}
