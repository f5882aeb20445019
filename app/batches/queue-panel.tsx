'use client'

import clsx from 'clsx'
import type { BatchItemInfo } from '../../server/batches/schema'
import { Button } from '../components/button'
import { emptyLook } from '../components/empty-state'
import { Icon, Spinner } from '../components/icons'
import { batch as texts } from '../i18n/batch'
import { errorLine } from '../i18n/errors'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { baseName, queueOrder } from './batch-filter'

interface Props {
  items: readonly BatchItemInfo[]
  onRetry(item: BatchItemInfo): void
}

const SHOWN = 60

export function QueueEmpty({ className }: { className?: string }) {
  return (
    <div className={clsx(emptyLook, 'm-auto px-6 py-10', className)}>
      <p className="max-w-[44ch] text-13 leading-[21px]">{useTexts(texts).queueEmpty}</p>
    </div>
  )
}

/** What is in work, what failed and what waits; the rest of a long queue is a number. */
export function QueuePanel({ items, onRetry }: Props) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const queue = queueOrder(items)
  if (queue.length === 0) return <QueueEmpty />
  return (
    <>
      <h2 className="px-4 pt-3.5 pb-2 text-13">{t.queue}</h2>
      <ul className="flex-1 overflow-auto py-1">
        {queue.slice(0, SHOWN).map((item) => (
          <li
            className="grid min-h-12 grid-cols-[32px_minmax(0,1fr)_auto] items-center gap-2.5 px-4 py-[7px] hover:bg-hover"
            key={item.id}
          >
            <span
              className={clsx(
                'grid size-8 place-items-center rounded-[5px]',
                item.state === 'failed' ? 'bg-err-soft text-err' : 'bg-hover text-ink-3',
              )}
            >
              {item.state === 'running' ? <Spinner /> : <Icon name={item.state === 'failed' ? 'error' : 'picture'} />}
            </span>
            <div className="min-w-0">
              <div className="truncate text-13 leading-[18px]" title={item.name} translate="no">
                {baseName(item.name)}
              </div>
              <div className="text-12 text-ink-3 truncate">
                {item.state === 'failed'
                  ? errorLine(lang, item.error)
                  : item.state === 'running'
                    ? t.detecting
                    : t.waiting}
              </div>
            </div>
            {item.state === 'failed' && (
              <Button
                size="s"
                variant="ghost"
                icon="retry"
                label={`${t.retry} ${baseName(item.name)}`}
                onClick={() => onRetry(item)}
              />
            )}
          </li>
        ))}
        {queue.length > SHOWN && (
          <li className="text-12 text-ink-3 px-4 py-2">{t.moreWaiting(format.count(queue.length - SHOWN))}</li>
        )}
      </ul>
    </>
  )
}
