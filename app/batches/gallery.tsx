'use client'

import Link from 'next/link'
import { memo, type RefObject, useEffect, useRef, useState } from 'react'
import type { BatchItemInfo } from '../../server/api/schemas/batch'
import { Button } from '../components/button'
import { Icon, Spinner } from '../components/icons'
import { batch as texts } from '../i18n/batch'
import { errorLine } from '../i18n/errors'
import { DASH } from '../i18n/format'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { baseName } from './batch-filter'

interface Props {
  batch: string
  items: readonly BatchItemInfo[]
  onRetry(item: BatchItemInfo): void
}

const STEP = 120

/** Draws more as the end comes into sight, so that a thousand pictures open as fast as ten. */
function useGrowing(count: number): { shown: number; end: RefObject<HTMLDivElement | null> } {
  const [shown, setShown] = useState(STEP)
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = end.current
    if (!element || shown >= count) return
    const observer = new IntersectionObserver(([e]) => e.isIntersecting && setShown((n) => n + STEP), {
      rootMargin: '800px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [shown, count])
  return { shown: Math.min(shown, count), end }
}

const place = (batch: string, item: BatchItemInfo): string => `/?batch=${batch}&item=${item.id}`

export function Gallery({ batch, items, onRetry }: Props) {
  const t = useTexts(texts)
  const { shown, end } = useGrowing(items.length)
  return (
    <>
      <ul className="gal">
        {items.slice(0, shown).map((item) => (
          <GalleryCard key={item.id} batch={batch} item={item} onRetry={onRetry} />
        ))}
      </ul>
      <div ref={end} className="small dim px-5 pb-4">
        {shown < items.length && t.loadingMore}
      </div>
    </>
  )
}

const GalleryCard = memo(function GalleryCard({
  batch,
  item,
  onRetry,
}: {
  batch: string
  item: BatchItemInfo
  onRetry(item: BatchItemInfo): void
}) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const name = baseName(item.name)
  const caption = (right: React.ReactNode) => (
    <span className="cap">
      <span className="trunc" translate="no" title={item.name}>
        {name}
      </span>
      {right}
    </span>
  )
  if (item.state === 'done')
    return (
      <li>
        <Link className="gcard" href={place(batch, item)}>
          <span className="ph">
            {/* biome-ignore lint/performance/noImgElement: made by the server, boxes drawn in */}
            <img src={`/api/batches/${batch}/items/${item.id}/thumbnail`} alt="" loading="lazy" decoding="async" />
            <span className={item.boxes === 0 ? 'count none' : 'count'}>
              {item.boxes} <i className="sr">{t.boxes}</i>
            </span>
          </span>
          {caption(
            item.boxes === 0 ? (
              <span className="nowrap text-warn">{t.empty}</span>
            ) : (
              <span className="dim nowrap">{item.seconds === undefined ? DASH : `${item.seconds.toFixed(2)} s`}</span>
            ),
          )}
        </Link>
      </li>
    )
  const failed = item.state === 'failed'
  return (
    <li className="gcard plain">
      <span className={failed ? 'ph bad' : 'ph'}>
        {failed ? (
          <span className="grid justify-items-center gap-2 p-3 text-center text-[12px] leading-[18px]">
            <Icon name="error" />
            {errorLine(lang, item.error)}
            <Button size="s" icon="retry" onClick={() => onRetry(item)}>
              {t.retry}
            </Button>
          </span>
        ) : item.state === 'running' ? (
          <Spinner className="large" />
        ) : (
          <Icon name="picture" className="large dim" />
        )}
      </span>
      {caption(
        <span className={`nowrap ${failed ? 'text-err' : item.state === 'running' ? 'text-brand-ink' : 'dim'}`}>
          {failed
            ? t.failed
            : item.state === 'running'
              ? t.detecting
              : item.state === 'stopped'
                ? t.stopped
                : t.waiting}
        </span>,
      )}
    </li>
  )
})

/** The same as a table. */
export function ItemTable({ batch, items, onRetry }: Props) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const { shown, end } = useGrowing(items.length)
  const words = { done: t.done, failed: t.failed, running: t.detecting, queued: t.waiting, stopped: t.stopped }
  return (
    <div className="p-5">
      <div className="card overflow-auto">
        <table className="resp">
          <thead>
            <tr>
              <th>{t.name}</th>
              <th>{t.state}</th>
              <th className="num">{t.count}</th>
              <th className="num">{t.time}</th>
              <th>
                <span className="sr">{t.retry}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, shown).map((item) => (
              <tr key={item.id}>
                <td className="font-medium" translate="no">
                  {item.state === 'done' ? <Link href={place(batch, item)}>{item.name}</Link> : item.name}
                </td>
                <td className={item.state === 'failed' ? 'text-err' : 't2'} data-h={t.state}>
                  {item.state === 'failed'
                    ? errorLine(lang, item.error)
                    : item.state === 'done' && item.boxes === 0
                      ? t.empty
                      : words[item.state]}
                </td>
                <td className="num t2" data-h={t.count}>
                  {item.boxes === undefined ? DASH : format.count(item.boxes)}
                </td>
                <td className="num t2" data-h={t.time}>
                  {item.seconds === undefined ? DASH : `${item.seconds.toFixed(2)} s`}
                </td>
                <td className="num">
                  {item.state === 'failed' && (
                    <Button
                      size="s"
                      variant="ghost"
                      icon="retry"
                      label={`${t.retry} ${baseName(item.name)}`}
                      onClick={() => onRetry(item)}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div ref={end} className="small dim pt-2">
        {shown < items.length && t.loadingMore}
      </div>
    </div>
  )
}
