'use client'

import clsx from 'clsx'
import { useEffect, useState } from 'react'
import { checkNames } from '../../detector/export/export-report'
import { sampleCode } from '../../detector/export/sample-code'
import { ENDED } from '../../server/events/job-states'
import type { ExportEvent } from '../../server/events/schema'
import type { ExportInfo } from '../../server/exports/schema'
import { Button, ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { useCopy } from '../components/clipboard'
import { Icon } from '../components/icons'
import { Bar } from '../components/progress'
import { Segmented } from '../components/segmented'
import { useToast } from '../components/toast'
import { RequestError, request } from '../data/request'
import { watch } from '../data/socket'
import { errorText } from '../i18n/errors'
import { onnx } from '../i18n/export'
import { useFormat, useLanguage, useTexts } from '../i18n/language'

const isOver = (state: ExportInfo['state']) => ENDED.includes(state)

/** An export that runs: its stage and share, and a way to stop it. */
function ExportProgress({ info, onEnd }: { info: ExportInfo; onEnd(): void }) {
  const t = useTexts(onnx)
  const format = useFormat()
  const { toastError } = useToast()
  const [at, setAt] = useState({ stage: info.stage, share: info.share })
  // biome-ignore lint/correctness/useExhaustiveDependencies: one subscription for each export
  useEffect(
    () =>
      watch({
        kind: 'export',
        id: info.id,
        after: info.lastSeq,
        onEvent: (event: ExportEvent) => {
          if (event.type === 'progress') setAt({ stage: event.stage, share: event.share })
          else if (isOver(event.state)) onEnd()
        },
      }),
    [info.id],
  )
  return (
    <Card flush className="grid grid-cols-1 gap-3 p-4.5">
      <div className="flex items-center gap-2 justify-between">
        <h3>{at.stage ? t[at.stage] : t.build}</h3>
        <span className="text-12 text-ink-3">{format.percent(at.share)}</span>
      </div>
      <Bar share={at.share} label={t.progress} />
      <div className="flex items-center gap-2">
        <Button
          icon="close"
          onClick={() => void request(`/exports/${info.id}/cancel`, { method: 'POST' }).then(onEnd, toastError)}
        >
          {t.cancel}
        </Button>
      </div>
    </Card>
  )
}

/** Passed, failed, or nothing was there to compare. */
function Verdict({ ok }: Pick<ExportInfo['checks'][number], 'ok'>) {
  const t = useTexts(onnx)
  const [said, icon, tone] =
    ok === null
      ? ([t.notCompared, 'warning', 'text-warn'] as const)
      : ok
        ? ([t.passed, 'check', 'text-ok'] as const)
        : ([t.failed, 'error', 'text-err'] as const)
  return (
    <span className={tone} title={said}>
      <Icon name={icon} />
      <span className="sr-only">{said}</span>
    </span>
  )
}

/** The file, what goes in and comes out, and the proof that it finds the same boxes. */
function ExportDone({ info }: { info: ExportInfo }) {
  const t = useTexts(onnx)
  const format = useFormat()
  const { lang } = useLanguage()
  const checkName = (name: string) => (name in checkNames ? checkNames[name as keyof typeof checkNames][lang] : name)
  const meaning: Record<string, string> = {
    input: t.inputMeaning,
    boxes: t.boxesMeaning,
    scores: t.scoresMeaning,
    probability: t.probabilityMeaning,
  }
  const compared = info.checks.every(({ ok }) => ok !== null)
  const tensors = [...info.inputs, ...info.outputs]
  return (
    <Card flush className="overflow-hidden">
      <div className="flex flex-wrap items-center gap-3.5 p-4.5">
        <span
          className={clsx(
            'grid size-11 flex-none place-items-center rounded-xl',
            compared ? 'bg-ok-soft text-ok' : 'bg-warn-soft text-warn',
          )}
        >
          <Icon name={compared ? 'check' : 'warning'} />
        </span>
        <div className="min-w-0 flex-[1_1_12rem]">
          <h2 className="truncate" translate="no">
            {info.file}
          </h2>
          <p className="text-12 text-ink-3">
            {[
              info.size === null ? null : format.bytes(info.size),
              info.opset === null ? null : `opset ${info.opset}`,
              String(info.options.precision ?? 'fp32'),
              info.endedAt ? format.ago(info.endedAt) : null,
              info.seconds === null ? null : t.took(format.duration(info.seconds)),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          {!compared && <p className="text-12">{t.nothingCompared}</p>}
        </div>
        {info.options.form !== 'maps' && (
          <ButtonLink href={`/export/${info.id}/try`} reload icon="play">
            {t.tryIt}
          </ButtonLink>
        )}
        <ButtonLink href={`/api/exports/${info.id}/report`} download variant="ghost" icon="report">
          {t.reportFile}
        </ButtonLink>
        <ButtonLink
          href={`/api/exports/${info.id}/file`}
          download={info.file ?? true}
          variant="primary"
          size="l"
          icon="download"
        >
          {t.downloadOnnx}
        </ButtonLink>
      </div>
      <div className="grid border-line border-t md:grid-cols-2">
        <table>
          <thead>
            <tr>
              <th>{t.io}</th>
              <th>{t.shape}</th>
              <th className="max-md:hidden">{t.meaning}</th>
            </tr>
          </thead>
          <tbody>
            {tensors.map((tensor) => (
              <tr key={tensor.name}>
                <td className="font-mono text-[12px]" translate="no">
                  {tensor.name}
                </td>
                <td className="font-mono text-[12px] text-ink-2" translate="no">
                  {tensor.shape.join('×')}
                </td>
                <td className="text-ink-2 max-md:hidden">{meaning[tensor.name] ?? t.thresholdMeaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table className="border-line md:border-l">
          <thead>
            <tr>
              <th>{t.proof}</th>
              <th className="text-right">{t.result}</th>
              <th className="text-right">{t.limit}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {info.checks.map((check) => (
              <tr key={check.name}>
                <td>{checkName(check.name)}</td>
                <td className="text-right">{check.value}</td>
                <td className="text-right text-ink-3 whitespace-nowrap">{check.limit}</td>
                <td>
                  <Verdict ok={check.ok} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function SampleCodeCard({ info }: { info: Pick<ExportInfo, 'file' | 'options'> }) {
  const t = useTexts(onnx)
  const copy = useCopy()
  const [language, setLanguage] = useState<'python' | 'javascript' | 'cpp'>('python')
  const size = (key: string) => (typeof info.options[key] === 'number' ? (info.options[key] as number) : 800)
  const code = sampleCode(info.file ?? 'model_800x800.onnx', size('width'), size('height'), 0.3)[language]
  return (
    <Card
      flush
      className="overflow-hidden"
      title={t.sample}
      actions={
        <>
          <Segmented<typeof language>
            value={language}
            onChange={setLanguage}
            label={t.sample}
            options={[
              { value: 'python', label: 'Python' },
              { value: 'javascript', label: 'JavaScript' },
              { value: 'cpp', label: 'C++' },
            ]}
          />
          <Button size="s" variant="ghost" icon="copy" label={t.copyCode} onClick={() => void copy(code)} />
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard */}
      <pre className="border-line border-y bg-inset px-3.5 py-3" tabIndex={0} translate="no">
        {code}
      </pre>
    </Card>
  )
}

/** What there is to say of one export, in whatever state it is. */
export function ExportResult({ info, onEnd }: { info: ExportInfo; onEnd(): void }) {
  const { lang } = useLanguage()
  if (info.state === 'done')
    return (
      <>
        <ExportDone info={info} />
        {info.options.form !== 'maps' && <SampleCodeCard info={info} />}
      </>
    )
  if (info.state !== 'failed')
    return isOver(info.state) ? null : <ExportProgress key={info.id} info={info} onEnd={onEnd} />
  const said = errorText(lang, info.error ? new RequestError(info.error, 0) : undefined)
  return (
    <Card flush className="flex items-start gap-3.5 p-4.5" role="alert">
      <span className="grid h-10 w-10 flex-none place-items-center rounded-xl bg-err-soft text-err">
        <Icon name="error" />
      </span>
      <div>
        <h2>{said.title}</h2>
        <p className="text-ink-2">
          {said.text ?? info.error?.message} {info.error?.fix}
        </p>
      </div>
    </Card>
  )
}
