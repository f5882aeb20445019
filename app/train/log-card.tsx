'use client'

import { useEffect, useRef, useSyncExternalStore } from 'react'
import { ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { Pill } from '../components/pill'
import { connection } from '../data/socket'
import { useLanguage, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { logText } from './run-log'
import type { LogLine, RunSeries } from './run-series'

const CLASS: Record<LogLine['kind'], string | undefined> = {
  log: undefined,
  warning: 'text-warn',
  epoch: 'font-semibold text-brand-ink',
}

/** Lines of the log; sticks to the end until someone scrolls up. */
export function LogLines({ series, last }: { series: RunSeries; last?: number }) {
  const t = useTexts(train)
  const { lang, format } = useLanguage()
  const box = useRef<HTMLPreElement>(null)
  const atEnd = useRef(true)
  const lines = last === undefined ? series.log : series.log.slice(-last)
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines scroll the box
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [lines.length, series.seq])
  const steps = stepLines(series, lines)
  return (
    <pre
      ref={box}
      className="min-h-41 flex-[1_1_164px] whitespace-pre rounded-b-xl border-line border-t bg-inset px-3.5 py-2.5 [contain:size]"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={t.trainingLog}
      onScroll={(e) => {
        const el = e.currentTarget
        atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < 24
      }}
    >
      {lines.length + steps.length === 0
        ? t.waiting
        : [...lines, ...steps]
            .sort((a, b) => a.seq - b.seq)
            .map((line) => (
              <span key={line.seq}>
                <span className="text-ink-3">{format.stamp(line.time).slice(11)}</span>{' '}
                <span className={CLASS[line.kind]}>{logText(lang, line)}</span>
                {'\n'}
              </span>
            ))}
    </pre>
  )
}

/** The newest steps in the original trainer's form; all of them are in log.txt. */
function stepLines(series: RunSeries, lines: readonly LogLine[]): LogLine[] {
  const from = lines.length > 40 ? lines[lines.length - 40].seq : 0
  return series.steps
    .slice(-40)
    .filter((s) => s.seq > from)
    .map((s) => ({
      seq: s.seq,
      time: s.time,
      kind: 'log',
      text: `step: ${String(s.step).padStart(6)}, epoch: ${String(s.epoch).padStart(3)}, loss: ${s.loss.toFixed(6)}, lr: ${s.lr.toFixed(6)}`,
    }))
}

export function LogCard({ series, runId, running }: { series: RunSeries; runId: string; running: boolean }) {
  const t = useTexts(train)
  const live = useSyncExternalStore(connection.subscribe, connection.isLive, () => true)
  return (
    <Card
      flush
      className="flex flex-col overflow-hidden"
      title={t.log}
      actions={
        <>
          {running && (
            <Pill tone={live ? 'ok' : 'warn'} dot="still">
              {t.live}
            </Pill>
          )}
          <ButtonLink size="s" variant="ghost" icon="download" href={`/api/runs/${runId}/files/log.txt`} download>
            log.txt
          </ButtonLink>
        </>
      }
    >
      <LogLines series={series} />
    </Card>
  )
}
