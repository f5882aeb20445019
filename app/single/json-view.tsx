'use client'

import { memo, useDeferredValue, useMemo } from 'react'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { resultText } from './result-json'
import type { Shown } from './use-detection'

/** Longer texts are shown plain: tens of thousands of coloured spans would make the page slow. */
const COLOURED_UP_TO = 30_000
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(true|false|null)/gi

const KINDS = { name: 'text-chart-1', text: 'text-chart-2', number: 'text-chart-3' } as const

function coloured(text: string) {
  const out: React.ReactNode[] = []
  let at = 0
  for (const m of text.matchAll(TOKEN)) {
    if (m.index > at) out.push(text.slice(at, m.index))
    const kind = m[1] && !m[2] ? 'text' : m[3] ? 'number' : 'name'
    const word = m[1] ?? m[0]
    out.push(
      <span key={m.index} className={KINDS[kind]}>
        {word}
      </span>,
    )
    if (m[2]) out.push(m[2])
    at = m.index + m[0].length
  }
  out.push(text.slice(at))
  return out
}

/** `texts` in few lines: without a reader it would push the boxes out of sight. */
const folded = (text: string): string =>
  text.replace(/("texts": \[)([\s\S]*?)(\n {2}\])/, (_all, start, list, end) => {
    return `${start}\n    ${list.trim().replaceAll(/,\n\s*/g, ', ')}${end}`
  })

export const JsonView = memo(function JsonView({ result, threshold }: { result: Shown; threshold: number }) {
  const t = useTexts(single)
  const settled = useDeferredValue(threshold)
  const text = useMemo(() => folded(resultText(result, settled)), [result, settled])
  return (
    <section
      className="min-w-0 flex-1 overflow-auto bg-inset py-3 pr-2 pl-3.5 focus-visible:-outline-offset-2 [&_pre]:whitespace-pre-wrap [&_pre]:text-[11px] [&_pre]:[overflow-wrap:anywhere]"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
      aria-label={t.tabJson}
    >
      <pre translate="no">{text.length > COLOURED_UP_TO ? text : coloured(text)}</pre>
    </section>
  )
})
