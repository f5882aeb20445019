'use client'

import type { BatchItemInfo } from '../../server/api/schemas/batch'
import { Button } from '../components/button'
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

/** What is in work, what failed and what waits; the rest of a long queue is a number. */
export function QueuePanel({ items, onRetry }: Props) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const queue = queueOrder(items)
  if (queue.length === 0)
    return (
      <div className="empty m-auto">
        <p>{t.queueEmpty}</p>
      </div>
    )
  return (
    <>
      <div className="sec border-b-0 pb-2">
        <h2>{t.queue}</h2>
      </div>
      <ul className="flex-1 overflow-auto py-1">
        {queue.slice(0, SHOWN).map((item) => (
          <li className="q" key={item.id}>
            <span className={item.state === 'failed' ? 'th bad' : 'th'}>
              {item.state === 'running' ? <Spinner /> : <Icon name={item.state === 'failed' ? 'error' : 'picture'} />}
            </span>
            <div className="min-w-0">
              <div className="nm trunc" title={item.name} translate="no">
                {baseName(item.name)}
              </div>
              <div className="small dim trunc">
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
          <li className="small dim px-4 py-2">{t.moreWaiting(format.count(queue.length - SHOWN))}</li>
        )}
      </ul>
    </>
  )
}
