'use client'

import dynamic from 'next/dynamic'
import { useRef, useState } from 'react'
import useSWR from 'swr'
import type { DatasetInfo } from '../../server/api/schemas/dataset'
import { Button } from '../components/button'
import { Bar } from '../components/progress'
import { Tiles } from '../components/tiles'
import { useToast } from '../components/toast'
import { request, upload } from '../data/request'
import { errorText } from '../i18n/errors'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { DataReportCard } from './data-report'
import { DatasetPreview } from './dataset-preview'

const DirectoryDialog = dynamic(() => import('./directory-dialog').then((m) => m.DirectoryDialog), { ssr: false })

/** Reads a dataset again every second while it is unpacked or checked. */
export function useDataset(id: string | null): { dataset: DatasetInfo | undefined; refresh(): void } {
  const { data, mutate } = useSWR<DatasetInfo>(
    id === null ? null : `/datasets/${id}`,
    (path: string) => request<DatasetInfo>(path),
    { refreshInterval: (d) => (d && d.state !== 'unpacking' && d.state !== 'checking' ? 0 : 700) },
  )
  return { dataset: data, refresh: () => void mutate() }
}

const FORMATS = { icdar: 'ICDAR2015', paddle: 'PaddleOCR' } as const

interface Props {
  datasetId: string | null
  onDataset(id: string): void
  onNext(): void
}

/** First step of a run: where the data lie, what the check found, what the pictures look like. */
export function DataStep({ datasetId, onDataset, onNext }: Props) {
  const t = useTexts(train)
  const format = useFormat()
  const { lang } = useLanguage()
  const { toastError } = useToast()
  const { dataset, refresh } = useDataset(datasetId)
  const [path, setPath] = useState<string | null>(null)
  const [browsing, setBrowsing] = useState(false)
  const [sending, setSending] = useState<number | null>(null)
  const [refusal, setRefusal] = useState<unknown>()
  const file = useRef<HTMLInputElement>(null)
  const { data: known } = useSWR<unknown>('/datasets', (p: string) => request<unknown>(p))
  const recent = (
    Array.isArray(known) ? known : ((known as { datasets?: DatasetInfo[] })?.datasets ?? [])
  ) as DatasetInfo[]
  const usable = recent.filter((d) => d.state === 'ready')

  const said = refusal === undefined ? undefined : errorText(lang, refusal)
  const shownPath = path ?? (dataset?.origin === 'directory' ? dataset.path : '')
  const use = async (directory: string) => {
    setPath(directory)
    setRefusal(undefined)
    if (!directory.trim()) return
    try {
      onDataset((await request<{ id: string }>('/datasets', { json: { path: directory.trim() } })).id)
    } catch (e) {
      setRefusal(e)
    }
  }
  const send = async (zip: File) => {
    setSending(0)
    try {
      const form = new FormData()
      form.set('name', zip.name.replace(/\.zip$/i, ''))
      form.set('file', zip)
      const made = await upload<{ id: string }>('/datasets', form, { onProgress: setSending })
      setPath(null)
      setRefusal(undefined)
      onDataset(made.id)
    } catch (e) {
      toastError(e)
    } finally {
      setSending(null)
    }
  }
  const recheck = async () => {
    try {
      await request(`/datasets/${datasetId}/check`, { method: 'POST' })
      refresh()
    } catch (e) {
      toastError(e)
    }
  }
  const report = dataset?.report
  const images = report ? report.train.images + report.test.images : 0
  const boxes = report ? report.train.boxes + report.test.boxes : 0
  const blocked = !dataset
    ? t.chooseFirst
    : dataset.state === 'checking'
      ? t.checking
      : report?.ok
        ? undefined
        : t.fixFirst

  return (
    <div className="cols">
      <div className="stack">
        <section className="card p-4!">
          <div className="field">
            <label htmlFor="data-directory">
              <span>{t.dataDirectory}</span>
              <span className="small dim font-normal">{t.formats}</span>
            </label>
            <form
              className="with"
              onSubmit={(e) => {
                e.preventDefault()
                void use(shownPath)
              }}
            >
              <input
                id="data-directory"
                className={said ? 'in mono bad' : 'in mono'}
                aria-invalid={said ? true : undefined}
                aria-describedby={said ? 'data-directory-error' : undefined}
                value={shownPath}
                placeholder="custom_data"
                spellCheck={false}
                onChange={(e) => {
                  setPath(e.target.value)
                  setRefusal(undefined)
                }}
                onBlur={() => path !== null && path !== dataset?.path && void use(path)}
              />
              <Button icon="folder" onClick={() => setBrowsing(true)}>
                {t.browse}
              </Button>
            </form>
            {said && (
              <p className="help text-err!" id="data-directory-error" role="alert">
                <b>{said.title}</b> {said.text}
              </p>
            )}
            <div className="row small dim wrap whitespace-normal!">
              <span>{t.or}</span>
              <Button size="s" icon="archive" busy={sending !== null} onClick={() => file.current?.click()}>
                {sending === null ? t.uploadZip : t.uploading(format.percent(sending))}
              </Button>
              <input
                ref={file}
                type="file"
                accept=".zip,application/zip"
                className="sr-only"
                tabIndex={-1}
                aria-label={t.uploadZip}
                onChange={(e) => {
                  const zip = e.target.files?.[0]
                  e.target.value = ''
                  if (zip) void send(zip)
                }}
              />
              {report && report.format !== 'unknown' && (
                <span>
                  {t.recognised}
                  {report.format === 'folders' ? t.filePairs : FORMATS[report.format]}
                </span>
              )}
            </div>
            {!dataset && usable.length > 0 && (
              <div className="row small wrap">
                <span className="dim">{t.recent}</span>
                {usable.slice(0, 5).map((d) => (
                  <Button key={d.id} size="s" variant="ghost" title={d.path} onClick={() => onDataset(d.id)}>
                    {d.name}
                  </Button>
                ))}
              </div>
            )}
          </div>
          {sending !== null && <Bar share={sending} label={t.uploadZip} className="mt-2" />}
        </section>
        <DataReportCard dataset={dataset} onRecheck={() => void recheck()} />
      </div>
      <div className="stack stick">
        <Tiles
          columns={2}
          tiles={[
            {
              label: t.trainTest,
              value: report ? format.count(report.train.images) : '–',
              note: report && `/ ${format.count(report.test.images)}`,
            },
            { label: t.boxes, value: report ? format.count(boxes) : '–' },
            { label: t.perPicture, value: images ? format.number(boxes / images, 1) : '–' },
            {
              label: t.medianHeight,
              value: report?.medianTextHeight ? format.number(report.medianTextHeight, 0) : '–',
              note: report?.medianTextHeight ? 'px' : undefined,
            },
          ]}
        />
        {dataset && images > 0 && <DatasetPreview dataset={dataset} />}
        <Button variant="primary" size="l" full disabledReason={blocked} onClick={onNext}>
          {t.next}
        </Button>
      </div>
      {browsing && (
        <DirectoryDialog
          onClose={() => setBrowsing(false)}
          onChoose={(chosen) => {
            setBrowsing(false)
            void use(chosen)
          }}
        />
      )}
    </div>
  )
}
