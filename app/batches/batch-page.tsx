'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { BatchInfo, BatchItemInfo } from '../../server/batches/schema'
import { Button, ButtonLink } from '../components/button'
import { Confirm } from '../components/confirm'
import { EmptyState } from '../components/empty-state'
import { Skeleton } from '../components/skeleton'
import { useToast } from '../components/toast'
import { Foot, mainLook, Side, Workspace } from '../components/workspace'
import { RequestError, request } from '../data/request'
import { batch as texts } from '../i18n/batch'
import { errorText } from '../i18n/errors'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { type Filter, matches } from './batch-filter'
import { BatchHead, headLook, isWorking } from './batch-head'
import { fromInput, usable } from './collect-files'
import { Gallery, ItemTable } from './gallery'
import { QueuePanel } from './queue-panel'
import { StartPanel, useDroppedFiles, useStartBatch } from './start-panel'
import { UploadLine } from './upload-line'
import { uploads } from './upload-queue'
import { useBatch } from './use-batch'

/** One batch by its address: the queue at the left, results as they arrive at the right. */
export function BatchPage({ id }: { id: string }) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const router = useRouter()
  const { toastError } = useToast()
  const starter = useStartBatch()
  const over = useDroppedFiles((files) => void starter.start(files))
  const { info, items, loaded, error, refresh, setInfo } = useBatch(id)
  const [filter, setFilter] = useState<Filter>('all')
  const [view, setView] = useState<'gallery' | 'list'>('gallery')
  const [asking, setAsking] = useState<'cancel' | 'delete'>()
  const [acting, setActing] = useState(false)
  const more = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (localStorage.getItem('batchView') === 'list') setView('list')
  }, [])
  const chooseView = (next: 'gallery' | 'list') => {
    localStorage.setItem('batchView', next)
    setView(next)
  }
  const known = useMemo(() => items.filter(Boolean), [items])
  const shown = useMemo(() => known.filter((item) => matches(item, filter)), [known, filter])

  const act = async (path: string, json?: unknown) => {
    setActing(true)
    try {
      setInfo(
        await request<BatchInfo>(`/batches/${id}/${path}`, { method: 'POST', ...(json !== undefined && { json }) }),
      )
      refresh()
    } catch (e) {
      toastError(e)
    } finally {
      setActing(false)
      setAsking(undefined)
    }
  }
  const actRef = useRef(act)
  actRef.current = act
  const retry = useCallback((item: BatchItemInfo) => void actRef.current('retry', { items: [item.id] }), [])
  const remove = async () => {
    setActing(true)
    try {
      await request(`/batches/${id}`, { method: 'DELETE' })
      router.push('/batches')
    } catch (e) {
      toastError(e)
      setActing(false)
      setAsking(undefined)
    }
  }

  const waiting = info ? info.total - info.done - info.failed : 0
  const upload = useSyncExternalStore(uploads.subscribe, uploads.current, () => undefined)
  // The server keeps no batch without a picture.
  const emptied =
    upload?.batch === id && upload.error instanceof RequestError && upload.error.body.code === 'batch-empty'
  const why = upload?.refused?.[0]
  const said = emptied
    ? { title: t.noPictures, text: why ? `${why.name}: ${errorText(lang, why.error).title}` : t.noPicturesText }
    : error !== undefined && !info
      ? errorText(lang, error)
      : undefined
  return (
    <>
      <h1 className="sr-only">{t.title}</h1>
      <Workspace columns="two">
        <Side kind="queue" label={t.queue}>
          <StartPanel starter={starter} over={over} />
          <QueuePanel items={known} onRetry={retry} />
          <Foot kind="sticky" two>
            <ButtonLink href="/batches" icon="list">
              {t.earlier}
            </ButtonLink>
            {info && isWorking(info) && waiting > 0 && (
              <Button variant="danger" icon="close" onClick={() => setAsking('cancel')}>
                {t.cancelRest}
              </Button>
            )}
          </Foot>
        </Side>
        <div className={mainLook}>
          {said ? (
            <EmptyState
              className="m-auto"
              icon="error"
              title={said.title}
              text={said.text}
              actions={
                <ButtonLink href="/batches" variant="primary">
                  {t.earlier}
                </ButtonLink>
              }
            />
          ) : !info ? (
            <div className={headLook} aria-busy="true">
              <Skeleton className="h-12 w-64" />
              <Skeleton className="h-2 w-full" />
              <Skeleton className="h-7 w-80" />
            </div>
          ) : (
            <>
              <BatchHead
                info={info}
                filter={filter}
                onFilter={setFilter}
                view={view}
                onView={chooseView}
                onRetryAll={() => void act('retry', {})}
                onDelete={() => setAsking('delete')}
              />
              <div className="px-5 pt-3 empty:hidden">
                <UploadLine info={info} onAddMore={() => more.current?.click()} onChanged={refresh} />
              </div>
              {shown.length === 0 && loaded && known.length > 0 ? (
                <EmptyState
                  className="m-auto"
                  level="h3"
                  icon="search"
                  title={t.nothingHere}
                  text={t.nothingHereText}
                />
              ) : view === 'gallery' ? (
                <Gallery batch={id} items={shown} onRetry={retry} />
              ) : (
                <ItemTable batch={id} items={shown} onRetry={retry} />
              )}
            </>
          )}
        </div>
      </Workspace>
      <input
        ref={more}
        type="file"
        multiple
        hidden
        aria-label={t.addMore}
        onChange={(e) => {
          const { files } = usable(fromInput(e.currentTarget.files))
          e.currentTarget.value = ''
          if (files.length > 0) uploads.start(id, files)
        }}
      />
      <Confirm
        open={asking === 'cancel'}
        onClose={() => setAsking(undefined)}
        title={t.cancelTitle(format.count(waiting))}
        safe={t.goOn}
        confirm={t.cancelRest}
        onConfirm={() => void act('cancel')}
        busy={acting}
      >
        {t.cancelText(format.count(info?.done ?? 0))}
      </Confirm>
      <Confirm
        open={asking === 'delete'}
        onClose={() => setAsking(undefined)}
        title={t.deleteTitle(info?.name ?? '')}
        safe={t.keep}
        confirm={t.deleteBatch}
        onConfirm={() => void remove()}
        busy={acting}
      >
        {t.deleteText(format.count(info?.total ?? 0))}
      </Confirm>
    </>
  )
}
