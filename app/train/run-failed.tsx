'use client'

import type { RunInfo } from '../../server/runs/schema'
import { Button, ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { useCopy } from '../components/clipboard'
import { Icon } from '../components/icons'
import { Strip } from '../components/tiles'
import { RequestError } from '../data/request'
import { errorText } from '../i18n/errors'
import { useLanguage, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { LogLines } from './log-card'
import { newRunUrl } from './new-run-url'
import { logText } from './run-log'
import type { RunSeries } from './run-series'

interface Remedy {
  title: string
  why: string
  /** What differs from the options of the failed run. */
  change: Record<string, number>
}

/** Settings that fit, by the cause of the failure. */
function remediesFor(run: RunInfo, t: (typeof train)['zh']): Remedy[] {
  const number = (key: string, fallback: number) => {
    const value = run.options[key]
    return typeof value === 'number' ? value : fallback
  }
  const half = Math.max(1, Math.floor(number('batchSize', 8) / 2))
  const smaller = Math.max(320, Math.round((number('imageSize', 640) * 0.75) / 32) * 32)
  const lower: Remedy = { title: t.lowerRate, why: t.lowerRateWhy, change: { lr: 0.001 } }
  if (run.error?.code === 'out-of-memory')
    return [
      { title: t.smallerBatch, why: t.smallerBatchWhy, change: { batchSize: half } },
      {
        title: t.accumulate,
        why: t.accumulateWhy,
        change: { batchSize: half, accumulate: 2 * number('accumulate', 1) },
      },
      { title: t.smallerCrop, why: t.smallerCropWhy, change: { imageSize: smaller } },
    ]
  return [lower, { title: t.checkData, why: t.checkDataWhy, change: {} }]
}

/** Cause in one sentence, what was kept, settings that work, the last lines of the log. */
export function RunFailed({ run, series, onResume }: { run: RunInfo; series: RunSeries; onResume(): void }) {
  const t = useTexts(train)
  const { lang } = useLanguage()
  const copyText = useCopy()
  const said = errorText(lang, run.error ? new RequestError(run.error, 0) : undefined)
  const copy = () => {
    const lines = series.log.slice(-30).map((line) => `${line.time} ${logText(lang, line)}`)
    const text = [`${run.directory} ${run.state}`, JSON.stringify(run.error), run.command, ...lines].join('\n')
    void copyText(text)
  }
  return (
    <>
      <Card flush className="grid gap-4 p-5">
        <div className="flex items-start gap-3.5">
          <span className="grid h-10 w-10 flex-none place-items-center rounded-xl bg-err-soft text-err">
            <Icon name="error" />
          </span>
          <div className="min-w-0 flex-1">
            <h2>{said.title}</h2>
            <p className="text-ink-2 max-w-[68ch]">
              {run.error?.message !== said.title && lang === 'en' && run.error?.message ? `${run.error.message} ` : ''}
              {said.text} {series.checkpoints.length > 0 && t.kept}
            </p>
            {run.error?.where && (
              <code className="text-12">
                {run.error.where.file}
                {run.error.where.line === undefined ? '' : `:${run.error.where.line}`}
              </code>
            )}
          </div>
          {series.checkpoints.length > 0 && (
            <Button icon="play" onClick={onResume}>
              {t.continueRun}
            </Button>
          )}
        </div>
        <Strip columns={3}>
          {remediesFor(run, t).map((remedy, i) => (
            <div key={remedy.title} className="grid content-start gap-0.5 px-4 py-3.5 text-12 text-ink-3">
              <span className="font-medium text-13 text-ink">{remedy.title}</span>
              <span>{remedy.why}</span>
              <div className="pt-2.5">
                <ButtonLink href={newRunUrl(run, remedy.change)} variant={i === 0 ? 'primary' : 'secondary'}>
                  {t.useThis}
                </ButtonLink>
              </div>
            </div>
          ))}
        </Strip>
      </Card>
      <Card
        flush
        className="overflow-hidden"
        title={t.failedLog}
        actions={
          <Button size="s" variant="ghost" icon="copy" onClick={copy}>
            {t.copyDiagnosis}
          </Button>
        }
      >
        <div className="flex h-56 flex-col">
          <LogLines series={series} last={40} />
        </div>
      </Card>
    </>
  )
}
