'use client'

import { memo, type PointerEvent, useLayoutEffect, useRef } from 'react'
import type { Quad } from '../../detector/geometry/polygon'
import { haloLook, overlayLook, shapeLook } from '../components/boxes'
import { boxColor } from './score-colors'

interface Props {
  width: number
  height: number
  boxes: readonly Quad[]
  scores: readonly number[]
  polygons?: readonly (readonly (readonly [number, number])[])[]
  /** Only the first ones are shown; boxes are sorted by score. */
  kept: number
  /** Index of the box that stands out, or -1. */
  lit: number
  onLit?(index: number): void
  /** Numbers beside the boxes: indices in reading order; font size in pixels of the picture. */
  numbers?: { order: readonly number[]; fontSize: number }
  clip?: string
}

const points = (box: readonly number[]): string => box.join(' ')

/** All candidates once; the threshold only switches attributes, so that dragging it stays at the screen's speed. */
const Shapes = memo(function Shapes({ boxes, scores, polygons }: Pick<Props, 'boxes' | 'scores' | 'polygons'>) {
  return boxes.map((box, i) => {
    const shape = polygons?.[i]?.length ? polygons[i].flat().join(' ') : points(box)
    const color = boxColor(scores[i])
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a box is its place in the result
      <g key={i} data-i={i}>
        <polygon className={haloLook} data-halo points={shape} />
        <polygon className={shapeLook} points={shape} style={{ stroke: color, fill: color }} />
      </g>
    )
  })
})

export function BoxOverlay(props: Props) {
  const { width, height, boxes, scores, polygons, kept, lit, onLit, numbers, clip } = props
  const svg = useRef<SVGSVGElement>(null)
  const shapes = useRef<SVGGElement>(null)
  const drawn = useRef({ boxes, kept: boxes.length, lit: -1 })

  useLayoutEffect(() => {
    const groups = shapes.current?.children
    if (!groups) return
    if (drawn.current.boxes !== boxes) {
      drawn.current = { boxes, kept: boxes.length, lit: -1 }
      for (const g of groups) for (const mark of ['data-off', 'data-on']) g.removeAttribute(mark)
    }
    const before = drawn.current.kept
    for (let i = Math.min(before, kept); i < Math.max(before, kept); i++)
      groups[i]?.toggleAttribute('data-off', i >= kept)
    groups[drawn.current.lit]?.removeAttribute('data-on')
    groups[lit]?.setAttribute('data-on', '')
    svg.current?.toggleAttribute('data-dimmed', lit >= 0)
    drawn.current = { boxes, kept, lit }
  }, [boxes, kept, lit])

  const over = (e: PointerEvent) => {
    const group = (e.target as Element).closest('g[data-i]')
    onLit?.(group ? Number(group.getAttribute('data-i')) : -1)
  }

  return (
    <svg
      ref={svg}
      className={overlayLook}
      data-testid="boxes"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={clip ? { clipPath: clip } : undefined}
      onPointerOver={onLit && over}
      // A finger leaves as it lifts; what it touched stays lit.
      onPointerLeave={onLit && ((e) => e.pointerType !== 'touch' && onLit(-1))}
    >
      <g ref={shapes}>
        <Shapes boxes={boxes} scores={scores} polygons={polygons} />
      </g>
      {numbers?.order.map((index, n) => (
        <text
          key={index}
          x={boxes[index][0]}
          y={boxes[index][1] - numbers.fontSize * 0.28}
          style={{
            font: `600 ${numbers.fontSize}px var(--font-sans)`,
            fill: boxColor(scores[index]),
            paintOrder: 'stroke',
            stroke: '#fff',
            strokeWidth: numbers.fontSize * 0.28,
          }}
        >
          {n + 1}
        </text>
      ))}
    </svg>
  )
}
