'use client'

import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { Icon } from '../components/icons'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { BoxOverlay } from './box-overlay'
import type { Comparison } from './picture-stage'

const KEY_STEP = 0.02

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
      <span className="cmp-t left-3">
        {left.name} · {left.kept}
      </span>
      <span className="cmp-t right-3">
        {right.name} · {right.kept}
      </span>
      <div
        className="cmp-h"
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
        <b>
          <Icon name="split" />
        </b>
      </div>
    </>
  )
}
