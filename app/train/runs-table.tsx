'use client'

import Link from 'next/link'
import { useMemo, useState } from 'react'
import useSWR from 'swr'
import type { RunEvent } from '../../detector/training/events'
import type { RunEventsPage, RunInfo } from '../../server/runs/schema'
import { Button, ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { EmptyState } from '../components/empty-state'
import { type ChartSeries, LineChart } from '../components/line-chart'
import { Page } from '../components/page-frame'
import { Dot, StatePill } from '../components/pill'
import { Segmented } from '../components/segmented'
import { SkeletonRows } from '../components/skeleton'
import { checkboxLook } from '../components/switch'
import { StackedCell, StackedTable } from '../components/table'
import { request } from '../data/request'
import { useRuns } from '../data/use-lists'
import { common } from '../i18n/common'
import { useFormat, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { hmeanGain } from './run-series'
import { saveText } from './save-text'

type Measure = 'hmean' | 'loss' | 'recall'

const COLORS = [
  '--color-chart-1',
  '--color-chart-2',
  '--color-chart-3',
  '--color-chart-4',
  '--color-score-1',
  '--color-score-2',
  '--color-score-3',
] as const
const COMPARED_AT_FIRST = 4
/** A curve of the comparison needs no more. */
const POINTS = 200

function csvOf(runs: readonly RunInfo[]): string {
  const cell = (v: unknown) =>
    typeof v === 'string' && /[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : String(v ?? '')
  const rows = runs.map((r) => [
    r.name,
    r.state,
    r.dataset.name,
    r.epoch,
    r.epochs,
    r.base?.hmean,
    r.best?.hmean,
    r.best?.precision,
    r.best?.recall,
    r.best?.ap,
    r.loss,
    r.options.lr,
    r.options.batchSize,
    Math.round(r.elapsedSeconds),
    r.createdAt,
  ])
  const head = 'name,state,data,epoch,epochs,start_hmean,hmean,precision,recall,map,loss,lr,batch_size,seconds,created'
  return [head, ...rows.map((row) => row.map(cell).join())].join('\n')
}

/** Value by epoch: validation figures as they are, the loss as the mean of each epoch. */
function curveOf(events: readonly RunEvent[], measure: Measure): Map<number, number> {
  const curve = new Map<number, number>()
  for (const e of events) {
    if (measure === 'loss' ? e.type === 'epoch' : e.type === 'evaluated')
      curve.set((e as { epoch: number }).epoch, (e as unknown as Record<string, number>)[measure])
  }
  return curve
}

/** Curves of several runs over each other. */
function Comparison({ runs, colors }: { runs: readonly RunInfo[]; colors: ReadonlyMap<string, string> }) {
  const t = useTexts(train)
  const format = useFormat()
  const [measure, setMeasure] = useState<Measure>('hmean')
  const key = runs.map((r) => `${r.id}:${r.epoch}`).join()
  const { data } = useSWR(
    ['compare', key],
    () => Promise.all(runs.map((r) => request<RunEventsPage>(`/runs/${r.id}/events?points=${POINTS}`))),
    { keepPreviousData: true },
  )
  const { x, lines } = useMemo(() => {
    const curves = runs.map((run, i) => ({ run, curve: curveOf(data?.[i]?.events ?? [], measure) }))
    const epochs = [...new Set(curves.flatMap(({ curve }) => [...curve.keys()]))].sort((a, b) => a - b)
    const series = curves.map<ChartSeries>(({ run, curve }) => ({
      key: run.id,
      label: run.name,
      color: colors.get(run.id) ?? '--color-chart-1',
      values: epochs.map((epoch) => curve.get(epoch) ?? null),
      points: epochs.length < 30,
    }))
    return { x: epochs, lines: series }
  }, [data, runs, measure, colors])
  return (
    <Card
      title={t.compared}
      actions={
        <Segmented<Measure>
          value={measure}
          onChange={setMeasure}
          label={t.compared}
          options={[
            { value: 'hmean', label: 'hmean' },
            { value: 'loss', label: t.lossTab },
            { value: 'recall', label: 'Recall' },
          ]}
        />
      }
    >
      <LineChart
        name={t.compared}
        x={x}
        series={lines}
        xRange={[Math.min(1, x[0] ?? 1), Math.max(2, x.at(-1) ?? 2)]}
        xLabel={t.epoch}
        wholeX
        height={196}
        formatX={(v) => String(v)}
        formatY={(v) => format.number(v, measure === 'loss' ? 2 : 3)}
      />
    </Card>
  )
}

/** hmean before → after, as far as known. */
function HmeanCell({ run }: { run: RunInfo }) {
  const t = useTexts(train)
  const format = useFormat()
  const { before, after } = hmeanGain(run)
  return (
    <span className="whitespace-nowrap" title={before === undefined ? undefined : t.beforeAfter}>
      {before !== undefined && <span className="text-ink-2">{format.number(before, 3)} → </span>}
      <b className="font-semibold">{format.number(after, 3)}</b>
    </span>
  )
}

/** All runs with their figures; the chosen ones compared above. */
export function RunsTable() {
  const t = useTexts(train)
  const c = useTexts(common)
  const format = useFormat()
  const { runs } = useRuns()
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null)
  const withCurves = useMemo(() => runs?.filter((r) => r.epoch > 0) ?? [], [runs])
  const compared = useMemo(
    () => (chosen ? withCurves.filter((r) => chosen.has(r.id)) : withCurves.slice(0, COMPARED_AT_FIRST)),
    [withCurves, chosen],
  )
  const colors = useMemo(
    () => new Map(compared.map((run, i) => [run.id, COLORS[i % COLORS.length] as string])),
    [compared],
  )
  if (runs?.length === 0)
    return (
      <EmptyState
        icon="train"
        level="h1"
        title={t.noRuns}
        text={t.noRunsText}
        actions={
          <ButtonLink href="/train" variant="primary" icon="plus">
            {t.newRun}
          </ButtonLink>
        }
      />
    )
  const toggle = (id: string) => {
    const next = new Set(compared.map((r) => r.id))
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <Page width="wide">
      <div className="flex items-center gap-2 justify-between flex-wrap">
        <h1>{t.runs}</h1>
        <div className="flex items-center gap-2">
          <Button icon="download" onClick={() => runs && saveText('runs.csv', csvOf(runs))}>
            CSV
          </Button>
          <ButtonLink href="/train" variant="primary" icon="plus">
            {t.newRun}
          </ButtonLink>
        </div>
      </div>
      {compared.length > 0 && <Comparison runs={compared} colors={colors} />}
      <Card flush className="overflow-auto">
        <StackedTable>
          <thead>
            <tr>
              <th className="w-9">
                <span className="sr-only">{t.compared}</span>
              </th>
              <th>{c.name}</th>
              <th>{t.status}</th>
              <th>{t.dataName}</th>
              <th className="text-right">{t.epochs}</th>
              <th className="text-right">hmean</th>
              <th className="text-right">{t.lossTab}</th>
              <th className="text-right">{t.rate}</th>
              <th className="text-right">{t.batchSize}</th>
              <th className="text-right">{t.time}</th>
            </tr>
          </thead>
          <tbody>
            {!runs && <SkeletonRows rows={4} columns={10} />}
            {runs?.map((run) => (
              <tr key={run.id}>
                <StackedCell phone="hidden">
                  <input
                    type="checkbox"
                    className={checkboxLook}
                    checked={colors.has(run.id)}
                    disabled={run.epoch === 0}
                    aria-label={t.compareThis(run.name)}
                    onChange={() => toggle(run.id)}
                  />
                </StackedCell>
                <StackedCell className="font-medium">
                  <Link href={`/runs/${run.id}`} className="flex items-center gap-2">
                    <Dot color={colors.get(run.id) ?? '--color-line'} />
                    <span translate="no">{run.name}</span>
                  </Link>
                </StackedCell>
                <StackedCell name={t.status}>
                  <StatePill state={run.state} running={c.training} />
                </StackedCell>
                <StackedCell phone="hidden" className="text-ink-2" translate="no">
                  {run.dataset.name}
                </StackedCell>
                <StackedCell name={t.epochs} num>
                  {run.epoch}/{run.epochs}
                </StackedCell>
                <StackedCell name="hmean" num>
                  <HmeanCell run={run} />
                </StackedCell>
                <StackedCell phone="hidden" num>
                  {format.number(run.loss, 3)}
                </StackedCell>
                <StackedCell phone="hidden" num className="text-ink-2">
                  {String(run.options.lr ?? '–')}
                </StackedCell>
                <StackedCell phone="hidden" num className="text-ink-2">
                  {String(run.options.batchSize ?? '–')}
                </StackedCell>
                <StackedCell phone="corner" num className="text-ink-2">
                  {format.duration(run.elapsedSeconds)}
                </StackedCell>
              </tr>
            ))}
          </tbody>
        </StackedTable>
      </Card>
    </Page>
  )
}
