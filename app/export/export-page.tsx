'use client'

import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import type { ExportInfo } from '../../server/exports/schema'
import { Button, ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { EmptyState } from '../components/empty-state'
import { Columns, Page } from '../components/page-frame'
import { StatePill } from '../components/pill'
import { useToast } from '../components/toast'
import { request } from '../data/request'
import { useExports, useModels } from '../data/use-lists'
import { common } from '../i18n/common'
import { onnx } from '../i18n/export'
import { useFormat, useTexts } from '../i18n/language'
import { type ExportForm, ExportFormCard } from './export-form'
import { ExportResult } from './export-result'

const FIRST: ExportForm = {
  width: 800,
  height: 800,
  form: 'boxes',
  precision: 'fp32',
  dynamic: false,
  loopFree: false,
  thresholdInputs: false,
}

function EarlierExports({
  exports,
  shown,
  onShow,
  onDeleted,
}: {
  exports: readonly ExportInfo[]
  shown?: string
  onShow(id: string): void
  onDeleted(): void
}) {
  const t = useTexts(onnx)
  const c = useTexts(common)
  const format = useFormat()
  const { toastError } = useToast()
  return (
    <Card flush className="overflow-hidden" title={t.earlier}>
      <table>
        <tbody>
          {exports.map((e) => (
            <tr key={e.id} aria-current={e.id === shown || undefined}>
              <td className="font-mono text-[12px]">
                <button type="button" className="text-brand-ink" onClick={() => onShow(e.id)} translate="no">
                  {e.file ?? `${e.options.width}×${e.options.height}`}
                </button>
              </td>
              <td className="text-ink-2 max-md:hidden">{e.model.id === 'base' ? c.baseModel : e.model.name}</td>
              <td className="text-right text-ink-2">
                {e.state === 'done' && e.size !== null ? (
                  format.bytes(e.size)
                ) : (
                  <StatePill state={e.state} running={c.exporting} />
                )}
              </td>
              <td className="text-right text-ink-3 max-md:hidden" title={format.stamp(e.createdAt)}>
                {format.ago(e.createdAt)}
              </td>
              <td className="text-right whitespace-nowrap">
                {e.state === 'done' && (
                  <ButtonLink
                    href={`/api/exports/${e.id}/file`}
                    download={e.file ?? true}
                    size="s"
                    variant="ghost"
                    icon="download"
                    label={t.downloadOnnx}
                  />
                )}
                <Button
                  size="s"
                  variant="ghost"
                  icon="trash"
                  label={t.deleteIt}
                  onClick={() => void request(`/exports/${e.id}`, { method: 'DELETE' }).then(onDeleted, toastError)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

/** Model and size in, a checked file out. The newest export is shown until another is chosen. */
export function ExportPage() {
  const t = useTexts(onnx)
  const query = useSearchParams()
  const { toastError } = useToast()
  const { models } = useModels()
  const { exports, refresh } = useExports()
  const [model, setModel] = useState(query.get('model') ?? 'base')
  const [form, setForm] = useState(FIRST)
  const [shown, setShown] = useState<string | null>(query.get('export'))
  const [starting, setStarting] = useState(false)

  const exportable = models?.filter((m) => m.exportable && !m.missing) ?? []
  const current = exports?.find((e) => e.id === shown) ?? exports?.[0]
  const start = async () => {
    setStarting(true)
    try {
      const { dynamic, ...rest } = form
      const options = { ...rest, dynamic: form.form === 'maps' && dynamic }
      const made = await request<{ id: string }>('/exports', { json: { model, options } })
      setShown(made.id)
      refresh()
    } catch (e) {
      toastError(e)
    } finally {
      setStarting(false)
    }
  }
  return (
    <Page width="form">
      <h1 className="mb-3.5">{t.title}</h1>
      <Columns kind="form">
        <ExportFormCard
          models={exportable}
          model={model}
          form={form}
          onModel={setModel}
          onForm={setForm}
          onExport={() => void start()}
          busy={starting}
        />
        <div className="grid grid-cols-1 gap-4 min-w-0">
          {current ? (
            <ExportResult info={current} onEnd={refresh} />
          ) : (
            <Card flush>
              <EmptyState icon="cube" title={t.nothing} text={t.nothingText} />
            </Card>
          )}
          {exports && exports.length > 0 && (
            <EarlierExports exports={exports} shown={current?.id} onShow={setShown} onDeleted={refresh} />
          )}
        </div>
      </Columns>
    </Page>
  )
}
