'use client'

import { useEffect, useSyncExternalStore } from 'react'
import type { BatchInfo } from '../../server/batches/schema'
import { Banner } from '../components/banner'
import { Button } from '../components/button'
import { Bar } from '../components/progress'
import { useToast } from '../components/toast'
import { request } from '../data/request'
import { batch as texts } from '../i18n/batch'
import { errorText } from '../i18n/errors'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { uploads } from './upload-queue'

/** How far the upload is; what to do when it was cut off, here or by a closed tab. */
export function UploadLine({ info, onAddMore, onChanged }: { info: BatchInfo; onAddMore(): void; onChanged(): void }) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const { toast, toastError } = useToast()
  const state = useSyncExternalStore(uploads.subscribe, uploads.current, () => undefined)
  const mine = state?.batch === info.id ? state : undefined

  useEffect(
    () =>
      uploads.onEnd(({ batch, refused }) => {
        if (batch !== info.id) return
        onChanged()
        if (refused.length === 0) return
        const first = refused[0]
        toast({
          tone: 'warn',
          title: t.refused(format.count(refused.length)),
          text: `${first.name}：${errorText(lang, first.error).title}`,
        })
      }),
    [info.id, onChanged, toast, t, format, lang],
  )
  useEffect(() => {
    if (mine?.phase !== 'sending') return
    const ask = (e: BeforeUnloadEvent) => e.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [mine?.phase])

  if (mine?.phase === 'sending')
    return (
      <div className="flex items-center gap-3">
        <span className="text-12 text-ink-3 whitespace-nowrap">
          {t.uploading(format.count(mine.sent), format.count(mine.total))}
        </span>
        <Bar
          className="flex-1"
          label={t.uploading(format.count(mine.sent), format.count(mine.total))}
          share={mine.share}
        />
        <Button size="s" variant="ghost" onClick={() => void uploads.stop().then(onChanged, toastError)}>
          {t.stopUpload}
        </Button>
      </div>
    )
  if (mine?.phase === 'failed') {
    const said = errorText(lang, mine.error)
    return (
      <Banner
        tone="err"
        actions={
          <Button size="s" icon="retry" onClick={() => uploads.resume()}>
            {t.retry}
          </Button>
        }
      >
        {t.uploadFailed}：{said.title} {t.uploadFailedText(format.count(mine.total - mine.sent))}
      </Banner>
    )
  }
  if (!info.open || (state && state.phase === 'sending')) return null
  const finish = () => void request(`/batches/${info.id}/close`, { method: 'POST' }).then(onChanged, toastError)
  return (
    <Banner
      tone="warn"
      actions={
        <>
          <Button size="s" onClick={onAddMore}>
            {t.addMore}
          </Button>
          <Button size="s" onClick={finish}>
            {t.finish}
          </Button>
        </>
      }
    >
      {t.uploadCut(format.count(info.total))}
    </Banner>
  )
}
