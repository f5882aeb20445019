'use client'

import clsx from 'clsx'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { PICTURE_ACCEPT } from '../../detector/picture/picture-names'
import type { Accepted } from '../../server/http/schema'
import { Button } from '../components/button'
import { SelectField } from '../components/field'
import { Icon } from '../components/icons'
import { modelChoices } from '../components/model-choices'
import { NumberField } from '../components/number-field'
import { useToast } from '../components/toast'
import { usePageDrop } from '../components/use-page-drop'
import { Section } from '../components/workspace'
import { request } from '../data/request'
import { useModels } from '../data/use-lists'
import { batch as texts } from '../i18n/batch'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { leftOutLine } from '../i18n/left-out'
import { fromDrop, fromInput, type NamedFile, usable } from './collect-files'
import { uploads } from './upload-queue'

/** Accepts everything that looks like a picture or a zip; the server looks inside. */
const ACCEPT = `${PICTURE_ACCEPT},.zip,application/zip`

/** Makes a batch of chosen files and goes to its page while they are sent. */
export function useStartBatch() {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const router = useRouter()
  const { toast, toastError } = useToast()
  const { models } = useModels()
  const [model, setModelId] = useState('base')
  const [threshold, setThreshold] = useState(0.2)
  const [starting, setStarting] = useState(false)
  const upload = useSyncExternalStore(uploads.subscribe, uploads.current, () => undefined)

  // The threshold follows the model until the user sets one.
  const touched = useRef(false)
  useEffect(() => {
    const advised = models?.find((m) => m.id === model)?.thresholds.threshold
    if (!touched.current && advised !== undefined) setThreshold(advised)
  }, [models, model])
  useEffect(() => {
    const stored = localStorage.getItem('model')
    if (stored && models?.some((m) => m.id === stored && !m.missing)) setModelId(stored)
  }, [models])

  const start = async (chosen: readonly NamedFile[]) => {
    if (uploads.current()?.phase === 'sending')
      return void toast({ tone: 'warn', title: t.busyElsewhere, key: 'batch' })
    const { files, leftOut } = usable(chosen)
    const text = leftOut.length > 0 ? leftOutLine(lang, leftOut) : undefined
    if (files.length === 0) {
      if (chosen.length > 0) toast({ tone: 'err', title: t.noPictures, text: text ?? t.noPicturesText, key: 'batch' })
      return
    }
    if (text) toast({ tone: 'warn', title: t.skipped(format.count(leftOut.length)), text, key: 'batch' })
    setStarting(true)
    try {
      const { id } = await request<Accepted>('/batches', { json: { model, settings: { threshold } } })
      uploads.start(id, files)
      router.push(`/batches/${id}`)
    } catch (error) {
      toastError(error)
    } finally {
      setStarting(false)
    }
  }
  return {
    start,
    starting,
    uploading: upload?.phase === 'sending',
    models,
    model,
    setModel: setModelId,
    threshold,
    setThreshold: (value: number) => {
      touched.current = true
      setThreshold(value)
    },
  }
}

type Starter = ReturnType<typeof useStartBatch>

/** Files and folders dropped anywhere on the page. @returns whether some hang over it */
export function useDroppedFiles(take: (files: NamedFile[]) => void): boolean {
  return usePageDrop((dropped) => void fromDrop(dropped).then(take))
}

/** The upper part of the left panel: files, model, threshold. */
export function StartPanel({ starter, over }: { starter: Starter; over: boolean }) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const take = (input: HTMLInputElement) => {
    const chosen = fromInput(input.files)
    input.value = ''
    void starter.start(chosen)
  }
  return (
    <Section>
      <button
        type="button"
        className={clsx(
          'flex min-h-18 w-full flex-col items-center justify-center gap-0.5 rounded-lg border border-dashed px-3.5 py-2.5 text-center font-medium shadow-1 hover:bg-hover active:translate-y-[0.5px]',
          over ? 'border-brand bg-brand-soft' : 'border-field bg-surface',
        )}
        aria-busy={starter.starting || undefined}
        onClick={() => files.current?.click()}
      >
        <span className="flex items-center gap-2">
          <Icon name="upload" />
          {over ? t.dropHere : t.upload}
        </span>
        <span className="text-12 text-ink-3 font-normal">{t.uploadHint}</span>
      </button>
      <input
        ref={files}
        type="file"
        multiple
        accept={ACCEPT}
        hidden
        data-testid="files"
        aria-label={t.upload}
        onChange={(e) => take(e.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label={t.folder}
        {...{ webkitdirectory: '' }}
        onChange={(e) => take(e.currentTarget)}
      />
      <Button
        size="s"
        variant="ghost"
        icon="folder"
        className="justify-self-start max-md:hidden"
        onClick={() => folder.current?.click()}
      >
        {t.folder}
      </Button>
      <div className="flex items-start gap-3">
        <SelectField
          className="min-w-0 flex-1"
          label={t.model}
          value={starter.model}
          options={modelChoices(starter.models, lang, starter.model)}
          onChange={starter.setModel}
        />
        <NumberField
          className="w-23"
          look="short"
          label={t.threshold}
          value={starter.threshold}
          digits={2}
          min={0}
          max={1}
          onChange={starter.setThreshold}
        />
      </div>
    </Section>
  )
}
