'use client'

import clsx from 'clsx'
import Link from 'next/link'
import { memo, type RefObject, useEffect, useRef, useState } from 'react'
import type { BatchItemInfo } from '../../server/batches/schema'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { Icon, Spinner } from '../components/icons'
import { StackedCell, StackedTable } from '../components/table'
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
      <ul
        className="grid grid-cols-[repeat(auto-fill,minmax(196px,1fr))] gap-3.5 px-5 pt-4 pb-8 max-md:grid-cols-2 max-md:gap-2.5 max-md:p-3 3xl:grid-cols-[repeat(auto-fill,minmax(228px,1fr))]"
        data-testid="gallery"
      >
        {items.slice(0, shown).map((item) => (
          <GalleryCard key={item.id} batch={batch} item={item} onRetry={onRetry} />
        ))}
      </ul>
      <div ref={end} className="text-12 text-ink-3 px-5 pb-4">
        {shown < items.length && t.loadingMore}
      </div>
    </>
  )
}

const CARD = 'block w-full overflow-hidden rounded-[10px] border border-line bg-surface text-left'
const FRAME = 'relative grid aspect-4/3 place-items-center overflow-hidden leading-none'

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
    <span className="flex justify-between gap-2 px-2.5 pt-[7px] pb-2 text-12">
      <span className="truncate" translate="no" title={item.name}>
        {name}
      </span>
      {right}
    </span>
  )
  if (item.state === 'done')
    return (
      <li>
        <Link
          className={clsx(
            CARD,
            'text-ink transition-[box-shadow,translate] duration-160 ease-out hover:-translate-y-px hover:no-underline hover:shadow-2',
          )}
          href={place(batch, item)}
        >
          <span className={clsx(FRAME, 'bg-stage')}>
            {/* biome-ignore lint/performance/noImgElement: made by the server, boxes drawn in */}
            <img
              src={`/api/batches/${batch}/items/${item.id}/thumbnail`}
              alt=""
              loading="lazy"
              decoding="async"
              className="absolute inset-0 size-full object-contain"
            />
            <span
              className={clsx(
                'absolute top-2 right-2 min-w-5.5 rounded-full px-[7px] text-center font-medium text-12 leading-[22px]',
                item.boxes === 0 ? 'bg-warn-soft text-warn' : 'bg-[rgba(15,15,26,0.84)] text-white',
              )}
            >
              {item.boxes} <i className="sr-only">{t.boxes}</i>
            </span>
          </span>
          {caption(
            item.boxes === 0 ? (
              <span className="whitespace-nowrap text-warn">{t.empty}</span>
            ) : (
              <span className="text-ink-3 whitespace-nowrap">
                {item.seconds === undefined ? DASH : `${item.seconds.toFixed(2)} s`}
              </span>
            ),
          )}
        </Link>
      </li>
    )
  const failed = item.state === 'failed'
  return (
    <li className={CARD}>
      <span className={clsx(FRAME, failed ? 'bg-err-soft text-err' : 'bg-stage')}>
        {failed ? (
          <span className="grid justify-items-center gap-2 p-3 text-center text-12">
            <Icon name="error" />
            {errorLine(lang, item.error)}
            <Button size="s" icon="retry" onClick={() => onRetry(item)}>
              {t.retry}
            </Button>
          </span>
        ) : item.state === 'running' ? (
          <Spinner className="size-[34px] stroke-[1.2] text-brand" />
        ) : (
          <Icon name="picture" className="size-7 stroke-[1.2] text-ink-3" />
        )}
      </span>
      {caption(
        <span
          className={clsx(
            'whitespace-nowrap',
            failed ? 'text-err' : item.state === 'running' ? 'text-brand-ink' : 'text-ink-3',
          )}
        >
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
      <Card flush className="overflow-auto">
        <StackedTable>
          <thead>
            <tr>
              <th>{t.name}</th>
              <th>{t.state}</th>
              <th className="text-right">{t.count}</th>
              <th className="text-right">{t.time}</th>
              <th>
                <span className="sr-only">{t.retry}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, shown).map((item) => (
              <tr key={item.id}>
                <StackedCell className="font-medium" translate="no">
                  {item.state === 'done' ? <Link href={place(batch, item)}>{item.name}</Link> : item.name}
                </StackedCell>
                <StackedCell
                  phone="wide"
                  name={t.state}
                  className={item.state === 'failed' ? 'text-err' : 'text-ink-2'}
                >
                  {item.state === 'failed'
                    ? errorLine(lang, item.error)
                    : item.state === 'done' && item.boxes === 0
                      ? t.empty
                      : words[item.state]}
                </StackedCell>
                <StackedCell name={t.count} num className="text-ink-2">
                  {item.boxes === undefined ? DASH : format.count(item.boxes)}
                </StackedCell>
                <StackedCell name={t.time} num className="text-ink-2">
                  {item.seconds === undefined ? DASH : `${item.seconds.toFixed(2)} s`}
                </StackedCell>
                <StackedCell phone="actions" num>
                  {item.state === 'failed' && (
                    <Button
                      size="s"
                      variant="ghost"
                      icon="retry"
                      label={`${t.retry} ${baseName(item.name)}`}
                      onClick={() => onRetry(item)}
                    />
                  )}
                </StackedCell>
              </tr>
            ))}
          </tbody>
        </StackedTable>
      </Card>
      <div ref={end} className="text-12 text-ink-3 pt-2">
        {shown < items.length && t.loadingMore}
      </div>
    </div>
  )
}
