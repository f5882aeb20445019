'use client'

import { type ReactNode, useState } from 'react'
import type { Quad } from '../../detector/geometry/polygon'
import { Banner } from '../components/banner'
import { Button } from '../components/button'
import { EmptyState } from '../components/empty-state'
import { Menu, type MenuItem } from '../components/menu'
import { Pill } from '../components/pill'
import { Segmented } from '../components/segmented'
import { Foot, Side } from '../components/workspace'
import { errorText } from '../i18n/errors'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { leftOutWhy } from '../i18n/left-out'
import { single } from '../i18n/single'
import { JsonView } from './json-view'
import { ResultList } from './result-list'
import { TimeBar } from './time-bar'
import type { Shown } from './use-detection'

interface Props {
  result?: Shown
  url?: string
  busy: boolean
  error?: unknown
  threshold: number
  kept: number
  order: readonly number[]
  lit: number
  follow: boolean
  onLit(index: number): void
  onOpen(box: Quad): void
  onCopyJson(): void
  downloads: readonly MenuItem[]
}

/** The right panel: summary, time by stage, list or JSON. */
export function ResultPanel(props: Props) {
  const { result, url, busy, error, threshold, kept, order, lit, follow, onLit, onOpen, onCopyJson, downloads } = props
  const t = useTexts(single)
  const { lang } = useLanguage()
  const format = useFormat()
  const [view, setView] = useState<'list' | 'json'>('list')

  const frame = (content: ReactNode) => (
    <Side kind="result" label={t.results} empty={!result && !busy && error === undefined && !url}>
      {content}
    </Side>
  )
  if (!result || !url) {
    if (busy)
      return frame(<EmptyState className="m-auto" level="h3" icon="list" title={t.detecting} text={t.detectingText} />)
    const said = error === undefined ? undefined : errorText(lang, error)
    return frame(
      <EmptyState
        className="m-auto"
        level="h3"
        icon={said ? 'error' : 'list'}
        title={said?.title ?? t.waiting}
        text={said?.text ?? t.waitingText}
      />,
    )
  }
  const hidden = result.scores.length - kept
  return frame(
    <>
      <div className="grid gap-2.5 border-line border-b px-4 pt-3 pb-2.5">
        <div className="flex items-center gap-2 justify-between">
          <Pill tone={kept > 0 ? 'ok' : 'warn'} icon={kept > 0 ? 'check' : 'info'}>
            <span>
              {format.count(kept)} {t.textBoxes}
            </span>
          </Pill>
          <span className="text-12 text-ink-2">{result.inference_time.toFixed(3)} s</span>
        </div>
        <TimeBar timings={result.timings} />
        {result.omitted > 0 && <p className="text-12 text-ink-3">{t.omitted(format.count(result.omitted))}</p>}
        {result.leftOut?.map((entry) => (
          <Banner key={entry.why} tone="warn">
            {leftOutWhy(lang, entry)}
          </Banner>
        ))}
        <Segmented
          full
          label={t.results}
          value={view}
          onChange={(v) => setView(v === 'json' ? 'json' : 'list')}
          options={[
            { value: 'list', label: t.tabList },
            { value: 'json', label: t.tabJson },
          ]}
        />
      </div>
      {view === 'json' ? (
        <JsonView result={result} threshold={threshold} />
      ) : kept === 0 ? (
        <EmptyState
          className="m-auto"
          level="h3"
          icon="search"
          title={t.none}
          text={hidden > 0 ? t.noneAtThreshold(format.count(hidden)) : t.noneText}
        />
      ) : (
        <ResultList result={result} url={url} order={order} lit={lit} follow={follow} onLit={onLit} onOpen={onOpen} />
      )}
      <Foot kind="end" two>
        <Button icon="copy" onClick={onCopyJson}>
          {t.copyJson}
        </Button>
        <Menu icon="download" text={t.download} label={t.download} items={downloads} up />
      </Foot>
    </>,
  )
}
