'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { RESUMABLE } from '../../server/events/job-states'
import { Banner } from '../components/banner'
import { Button, ButtonLink } from '../components/button'
import { useCopy } from '../components/clipboard'
import { Confirm } from '../components/confirm'
import { EmptyState } from '../components/empty-state'
import { Menu, type MenuItem } from '../components/menu'
import { Page } from '../components/page-frame'
import { StatePill } from '../components/pill'
import { Skeleton } from '../components/skeleton'
import { useToast } from '../components/toast'
import { request } from '../data/request'
import { common } from '../i18n/common'
import { errorText } from '../i18n/errors'
import { useLanguage, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { LogCard } from './log-card'
import { LossCard } from './loss-card'
import { MetricsCard } from './metrics-card'
import { newRunUrl } from './new-run-url'
import { RunFiles, RunResult } from './run-done'
import { RunFailed } from './run-failed'
import { isActive } from './run-frame'
import { RunProgress, RunTiles } from './run-progress'
import type { RunSeries } from './run-series'
import { SamplesCard } from './samples-card'
import { useRun, useRunSeries } from './use-run'

const CHARTS = 'grid grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)] gap-4 max-lg:grid-cols-1'

/** Mean loss of the last epochs does not fall: worth a word before the run is over. */
function isStuck({ epochs }: RunSeries): boolean {
  const last = epochs.slice(-4)
  return last.length === 4 && last.slice(1).every((e) => e.loss >= last[0].loss)
}

/** One run, live or ended; everything survives a reload, since it is read from the server. */
export function RunPage({ id }: { id: string }) {
  const t = useTexts(train)
  const c = useTexts(common)
  const { lang } = useLanguage()
  const router = useRouter()
  const { toastError } = useToast()
  const copy = useCopy()
  const { run, error, refresh } = useRun(id)
  const { series, loaded } = useRunSeries(id)
  const [asking, setAsking] = useState<'stop' | 'delete' | null>(null)
  const [busy, setBusy] = useState(false)

  if (error && !run) {
    const said = errorText(lang, error)
    return (
      <EmptyState
        icon="train"
        title={said.title}
        text={said.text ?? ''}
        actions={<ButtonLink href="/runs">{t.allRuns}</ButtonLink>}
      />
    )
  }
  if (!run)
    return (
      <Page width="wide">
        <Skeleton className="h-8 w-60" />
        <Skeleton className="h-24 w-full" />
        <Skeleton className="h-72 w-full" />
      </Page>
    )

  const act = async (verb: 'pause' | 'resume' | 'stop') => {
    setBusy(true)
    try {
      await request(`/runs/${id}/${verb}`, { method: 'POST' })
      refresh()
    } catch (e) {
      toastError(e)
    } finally {
      setBusy(false)
      setAsking(null)
    }
  }
  const remove = async () => {
    setBusy(true)
    try {
      await request(`/runs/${id}?force=true`, { method: 'DELETE' })
      router.push('/runs')
    } catch (e) {
      toastError(e)
    } finally {
      setBusy(false)
      setAsking(null)
    }
  }

  const active = isActive(run)
  // What has failed says why, with a button of its own.
  const resumable = RESUMABLE.includes(run.state) && run.state !== 'failed'
  const menu: MenuItem[] = [
    { label: t.command, icon: 'terminal', run: () => void copy(run.command) },
    { label: t.newRun, icon: 'plus', run: () => router.push(newRunUrl(run, {})) },
    ...(active ? [] : [{ label: t.deleteRun, icon: 'trash' as const, danger: true, run: () => setAsking('delete') }]),
  ]
  const frozenEpochs = typeof run.options.freezeBackboneEpochs === 'number' ? run.options.freezeBackboneEpochs : 0

  return (
    <Page width="wide">
      <div className="flex items-center gap-2 justify-between flex-wrap">
        <div className="flex items-center gap-2 flex-wrap min-w-0">
          <h1 className="truncate" translate="no">
            {run.name}
          </h1>
          <StatePill state={run.state} running={c.training} />
          <span className="text-12 text-ink-3 font-mono max-md:hidden" translate="no">
            {run.directory} · {String(run.options.engine ?? 'onnxruntime')} · {String(run.options.device ?? 'cpu')}
          </span>
        </div>
        <div className="flex items-center gap-2">
          {run.state === 'running' && !run.external && (
            <Button icon="pause" busy={busy} onClick={() => void act('pause')}>
              {t.pause}
            </Button>
          )}
          {resumable && (
            <Button icon="play" variant="primary" busy={busy} onClick={() => void act('resume')}>
              {t.resume}
            </Button>
          )}
          {active && !run.external && (
            <Button icon="stop" variant="danger" onClick={() => setAsking('stop')}>
              {t.stop}
            </Button>
          )}
          {run.state === 'done' && run.bestModel && (
            <ButtonLink href={newRunUrl(run, { model: run.finalModel ?? run.bestModel, epochs: 10 })} icon="plus">
              {t.moreEpochs(10)}
            </ButtonLink>
          )}
          <Menu items={menu} label={c.more} icon="more" />
        </div>
      </div>

      {run.external && <Banner>{t.external}</Banner>}
      {active && <RunProgress run={run} series={series} />}
      {active && isStuck(series) && <Banner tone="warn">{t.notFalling}</Banner>}
      {active && <RunTiles run={run} series={series} />}
      {run.state === 'failed' && <RunFailed run={run} series={series} onResume={() => void act('resume')} />}
      {!active && run.state !== 'failed' && <RunResult run={run} series={series} />}
      {(active || series.steps.length > 0) && (
        <div className={CHARTS}>
          <LossCard series={series} name={run.name} totalSteps={run.steps} frozenEpochs={frozenEpochs} />
          <MetricsCard series={series} epochs={active ? run.epochs : run.epoch || run.epochs} totalSteps={run.steps} />
        </div>
      )}
      {(active || loaded) && run.state !== 'failed' && (
        <div className={CHARTS}>
          <SamplesCard series={series} runId={id} />
          <LogCard series={series} runId={id} running={active} />
        </div>
      )}
      {!active && <RunFiles run={run} />}

      <Confirm
        open={asking === 'stop'}
        onClose={() => setAsking(null)}
        title={t.stopTitle(run.name)}
        confirm={t.stopAndSave}
        safe={t.keepTraining}
        busy={busy}
        onConfirm={() => void act('stop')}
      >
        {run.step > 0 ? t.stopText(Math.max(1, run.epoch)) : t.stopNothing}
      </Confirm>
      <Confirm
        open={asking === 'delete'}
        onClose={() => setAsking(null)}
        title={t.deleteTitle(run.name)}
        confirm={t.deleteRun}
        safe={t.keep}
        busy={busy}
        onConfirm={() => void remove()}
        other={
          run.bestModel && (
            <ButtonLink href={`/api/models/${run.bestModel}/file`} download icon="download">
              {c.download}
            </ButtonLink>
          )
        }
      >
        {t.deleteText}
      </Confirm>
    </Page>
  )
}
