'use client'

import { useMemo, useRef, useState } from 'react'
import type { ModelInfo } from '../../server/api/schemas/model'
import { Button, ButtonLink } from '../components/button'
import { Confirm } from '../components/confirm'
import { EmptyState } from '../components/empty-state'
import { Icon } from '../components/icons'
import { modelName } from '../components/model-choices'
import { Bar } from '../components/progress'
import { SkeletonRows } from '../components/skeleton'
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
    <div className="page wide mx-auto max-w-[1320px]">
      <div className="row between wrap mb-3.5">
        <h1>{t.title}</h1>
        <div className="row wrap">
          <div className="search hide-s">
            <Icon name="search" />
            <input
              className="in"
              type="search"
              placeholder={t.filter}
              aria-label={t.filterName}
              value={filter}
              onChange={(e) => setFilter(e.target.value)}
            />
          </div>
          <ButtonLink href="/datasets" icon="data" className="phone-only">
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
        <EmptyState className="card py-18" icon="search" title={t.noMatch} text={t.noMatchText} />
      ) : (
        <div className="card overflow-auto">
          <table className="resp models">
            <thead>
              <tr>
                <th>{t.name}</th>
                <th>{t.source}</th>
                <th className="num">hmean</th>
                <th className="num">Precision</th>
                <th className="num">Recall</th>
                <th className="num">{t.threshold}</th>
                <th className="num">{t.size}</th>
                <th className="num">{t.time}</th>
                <th>
                  <span className="sr">{t.actions}</span>
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
          </table>
        </div>
      )}
      {onlyBase ? (
        <EmptyState
          className="card mt-4 py-10"
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
        <p className="small dim px-1 py-2.5">{t.note}</p>
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
    </div>
  )
}
