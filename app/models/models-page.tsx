'use client'

import { useMemo, useRef, useState } from 'react'
import type { ModelInfo } from '../../server/models/schema'
import { Button, ButtonLink } from '../components/button'
import { Card } from '../components/card'
import { Confirm } from '../components/confirm'
import { EmptyState } from '../components/empty-state'
import { inputClass } from '../components/field'
import { Icon } from '../components/icons'
import { modelName } from '../components/model-choices'
import { Page } from '../components/page-frame'
import { Bar } from '../components/progress'
import { SkeletonRows } from '../components/skeleton'
import { StackedTable } from '../components/table'
import { useToast } from '../components/toast'
import { request, upload } from '../data/request'
import { saveFrom } from '../data/save-file'
import { useModels } from '../data/use-lists'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { models as texts } from '../i18n/models'
import { ModelRow } from './model-row'

/** The base model, checkpoints of runs, imported weights. */
export function ModelsPage() {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const { toast, toastError } = useToast()
  const { models, refresh } = useModels()
  const [filter, setFilter] = useState('')
  const [asked, setAsked] = useState<ModelInfo>()
  const [deleting, setDeleting] = useState(false)
  const [sent, setSent] = useState<number>()
  const file = useRef<HTMLInputElement>(null)

  const shown = useMemo(() => {
    const words = filter.trim().toLowerCase().split(/\s+/).filter(Boolean)
    return models?.filter((m) => {
      const text = [modelName(m, lang), m.name, m.file, m.kind, m.run?.name, ...Object.keys(m.metrics)]
        .join(' ')
        .toLowerCase()
      return words.every((w) => text.includes(w))
    })
  }, [models, filter, lang])

  const take = async (chosen: File | undefined) => {
    if (!chosen) return
    const form = new FormData()
    form.append('file', chosen, chosen.name)
    setSent(0)
    try {
      const model = await upload<ModelInfo>('/models', form, { onProgress: setSent })
      toast({ tone: 'ok', title: t.imported(model.name) })
      refresh()
    } catch (error) {
      toastError(error)
    } finally {
      setSent(undefined)
    }
  }
  const remove = async () => {
    if (!asked) return
    setDeleting(true)
    try {
      await request(`/models/${asked.id}${asked.blocked === 'only-copy' ? '?force=true' : ''}`, { method: 'DELETE' })
      toast({ tone: 'ok', title: t.deleted(asked.name) })
      refresh()
    } catch (error) {
      toastError(error)
    } finally {
      setDeleting(false)
      setAsked(undefined)
    }
  }

  const onlyBase = models?.every((m) => m.kind === 'base') ?? false
  return (
    <Page width="table">
      <div className="flex items-center gap-2 justify-between flex-wrap mb-3.5">
        <h1>{t.title}</h1>
        <div className="flex items-center gap-2 flex-wrap">
          <div className="relative max-md:hidden">
            <Icon name="search" className="absolute top-[9px] left-2.5 text-ink-3" />
            <input
              className={inputClass('search')}
              type="search"
              placeholder={t.filter}
              aria-label={t.filterName}
              value={filter}
              onChange={(e) => setFilter(e.target.value)}
            />
          </div>
          <ButtonLink href="/datasets" icon="data" className="md:hidden">
            {t.datasets}
          </ButtonLink>
          <Button variant="primary" icon="upload" busy={sent !== undefined} onClick={() => file.current?.click()}>
            {sent === undefined ? t.import : sent < 1 ? t.importing(format.percent(sent)) : t.checking}
          </Button>
          <input
            ref={file}
            type="file"
            accept=".pth,.pt,.onnx"
            hidden
            data-testid="model-file"
            aria-label={t.import}
            onChange={(e) => {
              void take(e.currentTarget.files?.[0])
              e.currentTarget.value = ''
            }}
          />
        </div>
      </div>
      {sent !== undefined && <Bar className="mb-3" label={t.importing('')} share={sent < 1 ? sent : undefined} />}
      {shown?.length === 0 && models?.length !== 0 ? (
        <EmptyState card room="l" icon="search" title={t.noMatch} text={t.noMatchText} />
      ) : (
        <Card flush className="overflow-auto">
          <StackedTable>
            <thead>
              <tr>
                <th>{t.name}</th>
                <th>{t.source}</th>
                <th className="text-right">hmean</th>
                <th className="text-right">Precision</th>
                <th className="text-right">Recall</th>
                <th className="text-right">{t.threshold}</th>
                <th className="text-right">{t.size}</th>
                <th className="text-right">{t.time}</th>
                <th>
                  <span className="sr-only">{t.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown ? (
                shown.map((m) => <ModelRow key={m.id} model={m} onDelete={setAsked} />)
              ) : (
                <SkeletonRows rows={3} columns={9} />
              )}
            </tbody>
          </StackedTable>
        </Card>
      )}
      {onlyBase ? (
        <EmptyState
          card
          className="mt-4"
          icon="cube"
          title={t.only}
          text={t.onlyText}
          actions={
            <>
              <ButtonLink variant="primary" icon="train" href="/train">
                {t.startTraining}
              </ButtonLink>
              <Button icon="upload" onClick={() => file.current?.click()}>
                {t.importShort}
              </Button>
            </>
          }
        />
      ) : (
        <p className="text-12 text-ink-3 px-1 py-2.5">{t.note}</p>
      )}
      <Confirm
        open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={t.deleteTitle(asked?.name ?? '')}
        confirm={t.deleteModel}
        onConfirm={() => void remove()}
        busy={deleting}
        other={
          <Button icon="download" onClick={() => asked && saveFrom(`/api/models/${asked.id}/file`, asked.file)}>
            {t.downloadFirst}
          </Button>
        }
      >
        {asked?.blocked === 'only-copy'
          ? t.deleteOnly(format.bytes(asked.size))
          : t.deleteText(format.bytes(asked?.size ?? 0))}
      </Confirm>
    </Page>
  )
}
