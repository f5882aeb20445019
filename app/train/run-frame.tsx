'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import type { RunInfo } from '../../server/api/schemas/run'
import { LIVE } from '../../server/jobs/job-states'
import { ButtonLink } from '../components/button'
import { Icon } from '../components/icons'
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
  queued: '--field',
  preparing: '--brand',
  running: '--brand',
  pausing: '--brand',
  paused: '--field',
  interrupted: '--warn',
  done: '--ok',
  failed: '--err',
  stopped: '--warn',
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
    <Link className="runi" href={`/runs/${run.id}`} aria-current={current || undefined}>
      <span className={running ? 'dot pulse' : 'dot'} style={{ color: `var(${COLOR[run.state]})` }} />
      <span className="trunc" translate="no">
        {run.name}
      </span>
      <span className="small" style={run.state === 'failed' ? { color: 'var(--err)' } : undefined}>
        {value}
      </span>
      <small>{note}</small>
    </Link>
  )
}

/** The list of runs beside every page of fine-tuning: a run is one click away. */
export function RunFrame({ children }: { children: ReactNode }) {
  const t = useTexts(train)
  const path = usePathname()
  const { runs } = useRuns()
  const active = runs?.filter(isActive) ?? []
  const ended = runs?.filter((run) => !isActive(run)) ?? []
  return (
    <div className="train">
      <nav className="rail" aria-label={t.runs}>
        <ButtonLink href="/train" variant="primary" icon="plus" full>
          {t.newRun}
        </ButtonLink>
        <Link className="runi mt-2" href="/runs" aria-current={path === '/runs' || undefined}>
          <Icon name="list" />
          <span>{t.allRuns}</span>
          <span className="small dim">{runs?.length ?? ''}</span>
        </Link>
        {active.length > 0 && <h4>{t.inProgress}</h4>}
        {active.map((run) => (
          <RunEntry key={run.id} run={run} current={path === `/runs/${run.id}`} />
        ))}
        {ended.length > 0 && <h4>{t.ended}</h4>}
        {ended.map((run) => (
          <RunEntry key={run.id} run={run} current={path === `/runs/${run.id}`} />
        ))}
      </nav>
      <div className="min-w-0">{children}</div>
    </div>
  )
}
