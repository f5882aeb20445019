'use client'

import dynamic from 'next/dynamic'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { inputClass, labelLook } from '../components/field'
import { Bar } from '../components/progress'
import { useToast } from '../components/toast'
import { request, upload } from '../data/request'
import { datasets } from '../i18n/datasets'
import { errorText } from '../i18n/errors'
import { useFormat, useLanguage, useTexts } from '../i18n/language'

const DirectoryDialog = dynamic(() => import('./directory-dialog').then((m) => m.DirectoryDialog), { ssr: false })

interface Props {
  /** Directory of the set that is chosen, empty without one. */
  path: string
  onDataset(id: string): void
  /** Beside the upload button. */
  note?: ReactNode
  /** Below everything. */
  children?: ReactNode
}

/** A directory of the server, typed or picked, or a zip to upload: either becomes a dataset and is checked. */
export function DatasetChooser({ path: chosen, onDataset, note, children }: Props) {
  const t = useTexts(datasets)
  const format = useFormat()
  const { lang } = useLanguage()
  const { toastError } = useToast()
  const [path, setPath] = useState<string | null>(null)
  const [browsing, setBrowsing] = useState(false)
  const [sending, setSending] = useState<number | null>(null)
  const [refusal, setRefusal] = useState<unknown>()
  const file = useRef<HTMLInputElement>(null)
  /** What was sent last: leaving the field does not send it again, however the server spells it. */
  const sent = useRef('')

  const said = refusal === undefined ? undefined : errorText(lang, refusal)
  const shown = path ?? chosen
  const use = async (directory: string) => {
    sent.current = directory
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
  return (
    <Card flush className="p-4">
      <div className="grid content-start gap-1.5">
        <label htmlFor="data-directory" className={labelLook}>
          <span>{t.dataDirectory}</span>
          <span className="text-12 text-ink-3 font-normal">{t.formats}</span>
        </label>
        <form
          className="flex"
          onSubmit={(e) => {
            e.preventDefault()
            void use(shown)
          }}
        >
          <input
            id="data-directory"
            className={inputClass('joined', said !== undefined)}
            aria-invalid={said ? true : undefined}
            aria-describedby={said ? 'data-directory-error' : undefined}
            value={shown}
            placeholder="custom_data"
            spellCheck={false}
            onChange={(e) => {
              setPath(e.target.value)
              setRefusal(undefined)
            }}
            onBlur={() => path !== null && path !== chosen && path !== sent.current && void use(path)}
          />
          <Button variant="joined" icon="folder" onClick={() => setBrowsing(true)}>
            {t.browse}
          </Button>
        </form>
        {said && (
          <p className="text-12 text-err" id="data-directory-error" role="alert">
            <b>{said.title}</b> {said.text}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2 text-12 text-ink-3">
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
          {note}
        </div>
        {children}
      </div>
      {sending !== null && <Bar share={sending} label={t.uploadZip} className="mt-2" />}
      {browsing && (
        <DirectoryDialog
          onClose={() => setBrowsing(false)}
          onChoose={(directory) => {
            setBrowsing(false)
            void use(directory)
          }}
        />
      )}
    </Card>
  )
}
