'use client'

import type { BatchInfo } from '../../server/batches/schema'
import { UNDER_WAY } from '../../server/events/job-states'
import { Banner } from '../components/banner'
import { Button, ButtonLink } from '../components/button'
import { Chip } from '../components/chip'
import { Menu } from '../components/menu'
import { SplitBar } from '../components/progress'
import { Segmented } from '../components/segmented'
import { Stat } from '../components/tiles'
import { batch as texts } from '../i18n/batch'
import { errorLine } from '../i18n/errors'
import { DASH } from '../i18n/format'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { leftOutWhy } from '../i18n/left-out'
import { FILTERS, type Filter } from './batch-filter'
import { usePace } from './use-batch'

interface Props {
  info: BatchInfo
  filter: Filter
  onFilter(filter: Filter): void
  view: 'gallery' | 'list'
  onView(view: 'gallery' | 'list'): void
  onRetryAll(): void
  onDelete(): void
}

export const isWorking = (info: BatchInfo): boolean => UNDER_WAY.includes(info.state)

export const headLook =
  'sticky top-0 z-4 grid grid-cols-1 gap-3 border-line border-b bg-surface px-5 pt-4 pb-3 max-md:static max-md:px-3.5 max-md:pt-3'

/** Title, figures, progress by outcome, filters. */
export function BatchHead({ info, filter, onFilter, view, onView, onRetryAll, onDelete }: Props) {
  const t = useTexts(texts)
  const format = useFormat()
  const { lang } = useLanguage()
  const working = isWorking(info)
  const over = info.done + info.failed
  const waiting = Math.max(0, info.total - over)
  const pace = usePace(over, working)
  const title =
    info.state === 'done'
      ? t.finished(format.count(info.total))
      : info.state === 'stopped'
        ? t.cancelled(format.count(info.done), format.count(info.total))
        : info.state === 'failed'
          ? t.failedAll
          : info.total === 0
            ? t.receiving('0')
            : t.working(format.count(over), format.count(info.total))
  const counts: Record<Filter, number> = {
    all: info.total,
    done: info.done - info.empty,
    empty: info.empty,
    failed: info.failed,
    wait: waiting,
  }
  const again = info.failed + (info.state === 'stopped' ? waiting : 0)
  return (
    <div className={headLook}>
      {info.state === 'done' && info.error && (
        <Banner tone="warn">{t.tableMissing(errorLine(lang, info.error))}</Banner>
      )}
      {info.leftOut.length > 0 && (
        <Banner tone="warn">
          <details>
            <summary>{t.leftOut(format.count(info.leftOut.length))}</summary>
            <ul className="text-12 max-h-60 overflow-auto">
              {info.leftOut.map((entry) => (
                <li key={`${entry.why} ${entry.name}`}>
                  <span translate="no">{entry.name}</span>: {leftOutWhy(lang, entry)}
                </li>
              ))}
            </ul>
          </details>
        </Banner>
      )}
      <div className="flex items-center justify-between flex-wrap gap-3">
        <div className="min-w-0">
          <h2>{title}</h2>
          <div className="text-12 text-ink-3 truncate" translate="no">
            {info.directory} · {t.at(info.settings.threshold.toFixed(2))}
          </div>
        </div>
        <div className="flex items-center gap-[22px]">
          <Stat phone={false} value={format.count(info.boxes)} label={t.textBoxes} />
          <Stat
            phone={false}
            value={info.done > 0 ? `${(info.seconds / info.done).toFixed(2)} s` : DASH}
            label={t.perPicture}
          />
          {working && <Stat phone={false} value={pace ? format.duration(waiting / pace) : DASH} label={t.left} />}
          {info.done > 0 ? (
            <ButtonLink variant="primary" size="l" icon="archive" href={`/api/batches/${info.id}/zip`} download>
              {t.downloadAll}
            </ButtonLink>
          ) : (
            <Button size="l" icon="archive" disabledReason={t.nothingYet}>
              {t.downloadAll}
            </Button>
          )}
        </div>
      </div>
      <SplitBar
        label={t.progress}
        share={info.total > 0 ? over / info.total : 0}
        parts={[
          { key: 'done', amount: counts.done, color: 'var(--color-brand)' },
          { key: 'empty', amount: counts.empty, color: 'var(--color-warn-fill)' },
          { key: 'failed', amount: counts.failed, color: 'var(--color-err)' },
          { key: 'wait', amount: counts.wait },
        ]}
      />
      <div className="flex items-center gap-2 justify-between flex-wrap">
        {/* biome-ignore lint/a11y/useSemanticElements: toggles, not a form */}
        <div
          className="flex items-center gap-2 max-md:-mx-3.5 max-md:overflow-x-auto max-md:px-3.5"
          role="group"
          aria-label={t.filter}
        >
          {FILTERS.map((f) => (
            <Chip key={f} pressed={filter === f} onClick={() => onFilter(f)} count={format.count(counts[f])}>
              {t[f]}
            </Chip>
          ))}
        </div>
        <div className="flex items-center gap-2">
          {again > 0 && (
            <Button size="s" variant="ghost" icon="retry" onClick={onRetryAll}>
              {info.state === 'stopped' && waiting > 0
                ? t.retryStopped(format.count(again))
                : t.retryFailed(format.count(again))}
            </Button>
          )}
          <Segmented
            label={t.view}
            value={view}
            onChange={onView}
            options={[
              { value: 'gallery', label: t.gallery, icon: 'gallery' },
              { value: 'list', label: t.list, icon: 'list' },
            ]}
          />
          {!working && (
            <Menu
              size="s"
              variant="ghost"
              icon="more"
              label={t.delete}
              items={[{ label: t.deleteBatch, icon: 'trash', danger: true, run: onDelete }]}
            />
          )}
        </div>
      </div>
    </div>
  )
}
