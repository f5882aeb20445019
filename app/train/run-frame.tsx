'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { LIVE } from '../../server/events/job-states'
import type { RunInfo } from '../../server/runs/schema'
import { ButtonLink } from '../components/button'
import { Icon } from '../components/icons'
import { Dot } from '../components/pill'
import { useRuns } from '../data/use-lists'
import { common } from '../i18n/common'
import { useFormat, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { hmeanGain } from './run-series'

/** A run that is not over: it runs, waits, or can go on by itself. */
export function isActive(run: Pick<RunInfo, 'state'>): boolean {
  return LIVE.includes(run.state)
}

export function shareOf(run: Pick<RunInfo, 'step' | 'steps'>): number {
  return run.steps > 0 ? Math.min(1, run.step / run.steps) : 0
}

const COLOR: Record<RunInfo['state'], string> = {
  queued: '--color-field',
  preparing: '--color-brand',
  running: '--color-brand',
  pausing: '--color-brand',
  paused: '--color-field',
  interrupted: '--color-warn',
  done: '--color-ok',
  failed: '--color-err',
  stopped: '--color-warn',
}

function RunEntry({ run, current }: { run: RunInfo; current: boolean }) {
  const t = useTexts(train)
  const c = useTexts(common)
  const format = useFormat()
  const running = run.state === 'running'
  const value = {
    queued: c.stateQueued,
    preparing: c.statePreparing,
    running: format.percent(shareOf(run)),
    pausing: c.statePausing,
    paused: c.statePaused,
    interrupted: c.stateInterrupted,
    failed: c.stateFailed,
    done: format.number(hmeanGain(run).after, 3),
    stopped: format.number(hmeanGain(run).after, 3),
  }[run.state]
  const note = running
    ? run.etaSeconds === null
      ? t.epochOf(run.epoch, run.epochs)
      : t.epochLeft(run.epoch, run.epochs, format.duration(run.etaSeconds))
    : run.state === 'queued'
      ? run.queuePosition
        ? t.queuedAt(run.queuePosition)
        : c.stateQueued
      : isActive(run)
        ? t.epochOf(run.epoch, run.epochs)
        : `${format.ago(run.endedAt ?? run.createdAt)} · ${format.duration(run.elapsedSeconds)}`
  return (
    <Link className={ENTRY} href={`/runs/${run.id}`} aria-current={current || undefined}>
      <span className="pl-[3px]">
        <Dot pulse={running} color={COLOR[run.state]} />
      </span>
      <span className="truncate" translate="no">
        {run.name}
      </span>
      <span className={clsx('text-12', run.state === 'failed' && 'text-err')}>{value}</span>
      <small className="col-span-2 col-start-2 text-12 leading-4 text-ink-3 max-lg:hidden">{note}</small>
    </Link>
  )
}

const ENTRY =
  'grid w-full grid-cols-[14px_minmax(0,1fr)_auto] items-center gap-2 rounded-md px-2 py-[7px] text-13 leading-[18px] hover:bg-hover aria-[current=true]:bg-brand-soft aria-[current=true]:text-brand-ink max-lg:w-auto max-lg:flex-none max-lg:grid-cols-[14px_auto_auto]'

/** The list of runs beside every page of fine-tuning: a run is one click away. */
export function RunFrame({ children }: { children: ReactNode }) {
  const t = useTexts(train)
  const path = usePathname()
  const { runs } = useRuns()
  const active = runs?.filter(isActive) ?? []
  const ended = runs?.filter((run) => !isActive(run)) ?? []
  return (
    <div className="grid min-h-[calc(100dvh-var(--spacing-head))] grid-cols-[252px_minmax(0,1fr)] max-lg:grid-cols-1 max-lg:content-start max-md:min-h-0 3xl:grid-cols-[300px_minmax(0,1fr)]">
      <nav
        className="sticky top-head flex h-[calc(100dvh-var(--spacing-head))] flex-col gap-0.5 overflow-auto border-line border-r bg-surface px-2.5 py-3.5 max-lg:static max-lg:h-auto max-lg:flex-row max-lg:overflow-x-auto max-lg:border-r-0 max-lg:border-b max-lg:px-3 max-lg:py-2"
        aria-label={t.runs}
        data-testid="runs"
      >
        <ButtonLink href="/train" variant="primary" icon="plus" className="max-lg:flex-none">
          {t.newRun}
        </ButtonLink>
        <Link className={clsx(ENTRY, 'mt-2')} href="/runs" aria-current={path === '/runs' || undefined}>
          <Icon name="list" />
          <span>{t.allRuns}</span>
          <span className="text-12 text-ink-3">{runs?.length ?? ''}</span>
        </Link>
        {active.length > 0 && <h4 className="px-2 pt-3.5 pb-1 max-lg:hidden">{t.inProgress}</h4>}
        {active.map((run) => (
          <RunEntry key={run.id} run={run} current={path === `/runs/${run.id}`} />
        ))}
        {ended.length > 0 && <h4 className="px-2 pt-3.5 pb-1 max-lg:hidden">{t.ended}</h4>}
        {ended.map((run) => (
          <RunEntry key={run.id} run={run} current={path === `/runs/${run.id}`} />
        ))}
      </nav>
      <div className="min-w-0">{children}</div>
    </div>
  )
}
