'use client'

import clsx from 'clsx'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { Icon } from '../components/icons'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { BoxOverlay } from './box-overlay'
import type { Comparison } from './picture-stage'

const KEY_STEP = 0.02
const NAME =
  'absolute top-3 z-5 max-w-[44%] truncate rounded-full bg-[rgba(15,15,26,0.84)] px-2.5 py-1 text-12 text-white'

/** Two overlays of one picture and the handle between them. */
export function CompareSplit({ width, height, left, right }: Comparison & { width: number; height: number }) {
  const t = useTexts(single)
  const [at, setAt] = useState(0.5)
  const set = (v: number) => setAt(Math.min(0.98, Math.max(0.02, v)))

  const drag = (e: PointerEvent<HTMLDivElement>) => {
    if (!e.currentTarget.hasPointerCapture(e.pointerId)) return
    const box = e.currentTarget.parentElement?.getBoundingClientRect()
    if (box) set((e.clientX - box.left) / box.width)
  }
  const keys = (e: KeyboardEvent) => {
    const step: Record<string, number> = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP, Home: -1, End: 1 }
    if (!(e.key in step)) return
    e.preventDefault()
    e.stopPropagation()
    set(at + step[e.key])
  }

  const side = ({ result, kept }: Comparison['left'], clip: string) => (
    <BoxOverlay
      width={width}
      height={height}
      boxes={result.boxes}
      scores={result.scores}
      polygons={result.polygons}
      kept={kept}
      lit={-1}
      clip={clip}
    />
  )
  return (
    <>
      {side(left, `inset(-20px ${100 - at * 100}% -20px -20px)`)}
      {side(right, `inset(-20px -20px -20px ${at * 100}%)`)}
      <span className={clsx(NAME, 'left-3')}>
        {left.name} · {left.kept}
      </span>
      <span className={clsx(NAME, 'right-3')}>
        {right.name} · {right.kept}
      </span>
      <div
        className="absolute inset-y-0 -ml-px w-0.5 cursor-ew-resize touch-none bg-white shadow-[0_0_0_1px_rgba(0,0,0,0.3)] after:absolute after:inset-y-0 after:-inset-x-3.5"
        role="slider"
        tabIndex={0}
        aria-label={t.splitPosition}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at * 100)}
        style={{ left: `${at * 100}%` }}
        onPointerDown={(e) => {
          e.stopPropagation()
          e.currentTarget.setPointerCapture(e.pointerId)
        }}
        onPointerMove={drag}
        onKeyDown={keys}
      >
        <b className="-m-[17px] absolute top-1/2 left-1/2 grid size-[34px] place-items-center rounded-full bg-white text-[#17172b] shadow-2">
          <Icon name="split" />
        </b>
      </div>
    </>
  )
}
