'use client'

import type { BatchInfo } from '../../server/api/schemas/batch'
import { UNDER_WAY } from '../../server/jobs/job-states'
import { Banner } from '../components/banner'
import { Button, ButtonLink } from '../components/button'
import { Chip } from '../components/chip'
import { Menu } from '../components/menu'
import { SplitBar } from '../components/progress'
import { Segmented } from '../components/segmented'
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
    <div className="bhead">
      {info.state === 'done' && info.error && (
        <Banner tone="warn">{t.tableMissing(errorLine(lang, info.error))}</Banner>
      )}
      {info.leftOut.length > 0 && (
        <Banner tone="warn">
          <details>
            <summary>{t.leftOut(format.count(info.leftOut.length))}</summary>
            <ul className="small max-h-60 overflow-auto">
              {info.leftOut.map((entry) => (
                <li key={`${entry.why} ${entry.name}`}>
                  <span translate="no">{entry.name}</span>: {leftOutWhy(lang, entry)}
                </li>
              ))}
            </ul>
          </details>
        </Banner>
      )}
      <div className="row between wrap gap-3">
        <div className="min-w-0">
          <h2>{title}</h2>
          <div className="small dim trunc" translate="no">
            {info.directory} · {t.at(info.settings.threshold.toFixed(2))}
          </div>
        </div>
        <div className="row gap-[22px]">
          <div className="stat hide-s">
            <b>{format.count(info.boxes)}</b>
            <span>{t.textBoxes}</span>
          </div>
          <div className="stat hide-s">
            <b>{info.done > 0 ? `${(info.seconds / info.done).toFixed(2)} s` : DASH}</b>
            <span>{t.perPicture}</span>
          </div>
          {working && (
            <div className="stat hide-s">
              <b>{pace ? format.duration(waiting / pace) : DASH}</b>
              <span>{t.left}</span>
            </div>
          )}
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
          { key: 'done', amount: counts.done, color: 'var(--brand)' },
          { key: 'empty', amount: counts.empty, color: 'var(--warn-fill)' },
          { key: 'failed', amount: counts.failed, color: 'var(--err)' },
          { key: 'wait', amount: counts.wait },
        ]}
      />
      <div className="row between wrap">
        {/* biome-ignore lint/a11y/useSemanticElements: toggles, not a form */}
        <div className="row chipscroll" role="group" aria-label={t.filter}>
          {FILTERS.map((f) => (
            <Chip key={f} pressed={filter === f} onClick={() => onFilter(f)} count={format.count(counts[f])}>
              {t[f]}
            </Chip>
          ))}
        </div>
        <div className="row">
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
