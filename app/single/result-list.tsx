'use client'

import clsx from 'clsx'
import { type CSSProperties, type KeyboardEvent, memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Quad } from '../../detector/geometry/polygon'
import { Icon } from '../components/icons'
import { useFormat, useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { scoreColor } from './score-colors'
import type { Shown } from './use-detection'

interface Props {
  result: Shown
  url: string
  /** Indices of the shown boxes in reading order. */
  order: readonly number[]
  lit: number
  onLit(index: number): void
  /** Scrolls the lit row into sight: it was lit in the picture. */
  follow: boolean
  onOpen(box: Quad): void
}

const VIRTUAL_FROM = 200
const CROP = 22
/** Rows outside of the visible part that are drawn too. */
const SPARE = 8

/** Rows of the list in sight, all of them while there are few. */
function useRows(count: number, rowHeight: number) {
  const list = useRef<HTMLDivElement>(null)
  const [part, setPart] = useState({ top: 0, height: 800, width: 340 })
  useLayoutEffect(() => {
    const element = list.current
    if (!element) return
    const read = () => setPart({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth })
    read()
    const observer = new ResizeObserver(read)
    observer.observe(element)
    element.addEventListener('scroll', read, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', read)
    }
  }, [])
  const virtual = count > VIRTUAL_FROM
  const first = virtual ? Math.max(0, Math.floor(part.top / rowHeight) - SPARE) : 0
  const last = virtual ? Math.min(count, Math.ceil((part.top + part.height) / rowHeight) + SPARE) : count
  return { list, first, last, virtual, width: part.width }
}

/** Crops of the picture in reading order; pointing at or focusing one lights its box, and the other way round. */
export function ResultList({ result, url, order, lit, onLit, follow, onOpen }: Props) {
  const t = useTexts(single)
  const [rowHeight, setRowHeight] = useState(36)
  const { list, first, last, virtual, width } = useRows(order.length, rowHeight)
  const cropWidth = Math.max(120, width - 124)

  useEffect(() => {
    const media = matchMedia('(max-width: 767px)')
    const read = () => setRowHeight(media.matches ? 44 : 36)
    read()
    media.addEventListener('change', read)
    return () => media.removeEventListener('change', read)
  }, [])

  useEffect(() => {
    const element = list.current
    if (!follow || lit < 0 || !element) return
    const row = order.indexOf(lit)
    if (row < 0) return
    const top = row * rowHeight
    if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top - element.clientHeight / 2
  }, [lit, follow, order, rowHeight, list])

  const focusRow = (row: number) => {
    const element = list.current
    if (!element || row < 0 || row >= order.length) return
    const top = row * rowHeight
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight
    requestAnimationFrame(() =>
      element.querySelector<HTMLElement>(`[data-row="${row}"]`)?.focus({ preventScroll: true }),
    )
  }
  const keys = (e: KeyboardEvent) => {
    const row = Number((e.target as HTMLElement).dataset.row)
    const go: Record<string, number> = { ArrowDown: row + 1, ArrowUp: row - 1, Home: 0, End: order.length - 1 }
    if (!(e.key in go) || Number.isNaN(row)) return
    e.preventDefault()
    focusRow(go[e.key])
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="grid grid-cols-[26px_minmax(0,1fr)_52px] gap-2 border-line border-b py-[7px] pr-3.5 pl-[15px] text-12 text-ink-3">
        <span className="text-right">#</span>
        <span className="flex items-center gap-1" title={t.noReader}>
          {t.text}
          <Icon name="info" />
          <span className="sr-only">{t.noReader}</span>
        </span>
        <span className="text-right">{t.score}</span>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys move between the rows, which are buttons */}
      <div
        className="relative min-h-0 flex-1 overflow-auto max-md:max-h-77"
        ref={list}
        onKeyDown={keys}
        onPointerLeave={() => onLit(-1)}
      >
        <div style={virtual ? { height: order.length * rowHeight, paddingTop: first * rowHeight } : undefined}>
          {order.slice(first, last).map((index, i) => (
            <Row
              key={index}
              row={first + i}
              index={index}
              box={result.boxes[index]}
              score={result.scores[index]}
              text={result.texts[index]?.[0] ?? ''}
              url={url}
              picture={result.image_size}
              cropWidth={cropWidth}
              lit={index === lit}
              onLit={onLit}
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

interface RowProps {
  row: number
  index: number
  box: Quad
  score: number
  text: string
  url: string
  picture: readonly [number, number]
  cropWidth: number
  lit: boolean
  onLit(index: number): void
  onOpen(box: Quad): void
}

const Row = memo(function Row({ row, index, box, score, text, url, picture, cropWidth, lit, onLit, onOpen }: RowProps) {
  const t = useTexts(single)
  const format = useFormat()
  const x = Math.min(box[0], box[6], box[2], box[4])
  const y = Math.min(box[1], box[3], box[5], box[7])
  const w = Math.max(1, Math.max(box[2], box[4], box[0], box[6]) - x)
  const h = Math.max(1, Math.max(box[5], box[7], box[1], box[3]) - y)
  const k = Math.min(CROP / h, cropWidth / w)
  return (
    <button
      type="button"
      className={clsx(
        'grid min-h-9 w-full grid-cols-[26px_minmax(0,1fr)_52px] items-center gap-2 border-l-[3px] py-[5px] pr-3.5 pl-3 hover:border-l-(--score) hover:bg-hover focus-visible:-outline-offset-2 max-md:min-h-11',
        lit ? 'border-l-(--score) bg-hover' : 'border-l-transparent',
      )}
      data-row={row}
      style={{ '--score': scoreColor(score) } as CSSProperties}
      onPointerEnter={() => onLit(index)}
      onFocus={() => onLit(index)}
      onClick={() => onOpen(box)}
    >
      <span className="text-right text-ink-3 text-12">
        <i className="sr-only">{t.box}</i> {row + 1}
      </span>
      {text ? (
        <span className="truncate">{text}</span>
      ) : (
        <span
          className="block h-5.5 max-w-full rounded-[3px] bg-no-repeat shadow-[0_0_0_1px_var(--color-line)]"
          style={{
            width: Math.max(14, w * k),
            height: Math.max(8, h * k),
            backgroundImage: `url("${url}")`,
            backgroundSize: `${picture[0] * k}px ${picture[1] * k}px`,
            backgroundPosition: `${-x * k}px ${-y * k}px`,
          }}
        />
      )}
      <span className="flex items-center justify-end gap-1.5 text-12">
        <i className="sr-only">{t.score}</i>
        <i className="size-2 rounded-[2px] bg-(--score)" />
        {format.number(score, 2)}
      </span>
    </button>
  )
})
