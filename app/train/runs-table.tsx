'use client'

import Link from 'next/link'
import { useMemo, useState } from 'react'
import useSWR from 'swr'
import type { RunEvent } from '../../detector/training/events'
import type { RunEventsPage, RunInfo } from '../../server/api/schemas/run'
import { Button, ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { EmptyState } from '../components/empty-state'
import { type ChartSeries, LineChart } from '../components/line-chart'
import { StatePill } from '../components/pill'
import { Segmented } from '../components/segmented'
import { SkeletonRows } from '../components/skeleton'
import { request } from '../data/request'
import { useRuns } from '../data/use-lists'
import { common } from '../i18n/common'
import { useFormat, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { hmeanGain } from './run-series'
import { saveText } from './save-text'

type Measure = 'hmean' | 'loss' | 'recall'

const COLORS = ['--c1', '--c2', '--c3', '--c4', '--h1', '--h2', '--h3'] as const
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
      color: colors.get(run.id) ?? '--c1',
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
    <span className="nowrap" title={before === undefined ? undefined : t.beforeAfter}>
      {before !== undefined && <span className="t2">{format.number(before, 3)} → </span>}
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
    <div className="page wide stack gap-3.5!">
      <div className="row between wrap">
        <h1>{t.runs}</h1>
        <div className="row">
          <Button icon="download" onClick={() => runs && saveText('runs.csv', csvOf(runs))}>
            CSV
          </Button>
          <ButtonLink href="/train" variant="primary" icon="plus">
            {t.newRun}
          </ButtonLink>
        </div>
      </div>
      {compared.length > 0 && <Comparison runs={compared} colors={colors} />}
      <section className="card overflow-auto">
        <table className="resp one">
          <thead>
            <tr>
              <th className="w-9">
                <span className="sr-only">{t.compared}</span>
              </th>
              <th>{c.name}</th>
              <th>{t.status}</th>
              <th>{t.dataName}</th>
              <th className="num">{t.epochs}</th>
              <th className="num">hmean</th>
              <th className="num">{t.lossTab}</th>
              <th className="num">{t.rate}</th>
              <th className="num">{t.batchSize}</th>
              <th className="num">{t.time}</th>
            </tr>
          </thead>
          <tbody>
            {!runs && <SkeletonRows rows={4} columns={10} />}
            {runs?.map((run) => (
              <tr key={run.id}>
                <td className="hide-s">
                  <input
                    type="checkbox"
                    className="ck"
                    checked={colors.has(run.id)}
                    disabled={run.epoch === 0}
                    aria-label={t.compareThis(run.name)}
                    onChange={() => toggle(run.id)}
                  />
                </td>
                <td data-h={c.name} className="font-medium">
                  <Link href={`/runs/${run.id}`} className="row">
                    <i className="dot" style={{ color: `var(${colors.get(run.id) ?? '--line'})` }} />
                    <span translate="no">{run.name}</span>
                  </Link>
                </td>
                <td data-h={t.status}>
                  <StatePill state={run.state} running={c.training} />
                </td>
                <td data-h={t.dataName} className="t2 hide-s" translate="no">
                  {run.dataset.name}
                </td>
                <td data-h={t.epochs} className="num">
                  {run.epoch}/{run.epochs}
                </td>
                <td data-h="hmean" className="num">
                  <HmeanCell run={run} />
                </td>
                <td data-h={t.lossTab} className="num hide-s">
                  {format.number(run.loss, 3)}
                </td>
                <td data-h={t.rate} className="num t2 hide-s">
                  {String(run.options.lr ?? '–')}
                </td>
                <td data-h={t.batchSize} className="num t2 hide-s">
                  {String(run.options.batchSize ?? '–')}
                </td>
                <td data-h={t.time} className="num t2">
                  {format.duration(run.elapsedSeconds)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
