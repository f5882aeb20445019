'use client'

import clsx from 'clsx'
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react'
import type { Quad } from '../../detector/geometry/polygon'
import { pictureLook } from '../components/boxes'
import { stageLook } from '../components/workspace'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { BoxOverlay } from './box-overlay'
import { BoxTip } from './box-tip'
import { CompareSplit } from './compare-split'
import type { Shown } from './use-detection'
import { useViewport } from './use-viewport'

export interface Layers {
  boxes: boolean
  numbers: boolean
  map: boolean
}

export interface StageControls {
  zoom(factor: number): void
  fit(): void
  showBox(box: Quad): void
}

export interface Comparison {
  left: { name: string; result: Shown; kept: number }
  right: { name: string; result: Shown; kept: number }
}

interface Props {
  url: string
  /** Pixels of the upright picture; 0 until known. */
  width: number
  height: number
  result?: Pick<Shown, 'boxes' | 'scores' | 'polygons'>
  kept: number
  /** Indices of the shown boxes in reading order. */
  shownOrder: readonly number[]
  lit: number
  onLit(index: number): void
  layers: Layers
  mapUrl?: string
  compare?: Comparison
  onImage(width: number, height: number): void
  onImageError(): void
  onZoom(scale: number): void
  controls?: Ref<StageControls>
  children?: ReactNode
  className?: string
}

/** The picture with its boxes: zooms, pans, and lights what is pointed at. */
export function PictureStage(props: Props) {
  const { url, width, height, result, kept, shownOrder, lit, onLit, layers, mapUrl, compare, onZoom, className } = props
  const t = useTexts(single)
  const stage = useRef<HTMLDivElement>(null)
  const { view, zoomed, zoom, reset, pan, showPart, handlers } = useViewport(stage, width, height)

  useEffect(() => onZoom(view.k), [view.k, onZoom])
  useImperativeHandle(
    props.controls,
    () => ({
      zoom: (factor) => zoom(factor),
      fit: reset,
      showBox: (box) => {
        const xs = [box[0], box[2], box[4], box[6]]
        const ys = [box[1], box[3], box[5], box[7]]
        const x = Math.min(...xs)
        const y = Math.min(...ys)
        showPart(x, y, Math.max(...xs) - x, Math.max(...ys) - y)
      },
    }),
    [zoom, reset, showPart],
  )

  const keys = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget) return
    const step: Record<string, [number, number]> = {
      ArrowLeft: [1, 0],
      ArrowRight: [-1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    }
    if (!(e.key in step)) return
    e.preventDefault()
    pan(...step[e.key])
  }

  const ready = width > 0
  const place = { left: view.x, top: view.y, width: width * view.k, height: height * view.k }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture with tools is a group without a form
    <div
      ref={stage}
      className={clsx(
        stageLook,
        'block cursor-grab select-none active:cursor-grabbing focus-visible:-outline-offset-2 focus-visible:rounded-none max-md:h-[min(58dvh,max(280px,(100vw-28px)*var(--ratio)+92px))] max-md:min-h-0 max-md:flex-none',
        className,
      )}
      role="group"
      aria-label={t.picture}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys pan the picture
      tabIndex={0}
      style={{ touchAction: zoomed ? 'none' : 'pan-y', '--ratio': ready ? height / width : 0.75 } as CSSProperties}
      onKeyDown={keys}
      {...handlers}
    >
      <div className={clsx(pictureLook, 'absolute')} style={ready ? place : { visibility: 'hidden' }}>
        {/* biome-ignore lint/performance/noImgElement: a local file, shown as it is */}
        <img
          key={url}
          src={url}
          alt=""
          draggable={false}
          className="block size-full rounded-[2px]"
          onLoad={(e) => props.onImage(e.currentTarget.naturalWidth, e.currentTarget.naturalHeight)}
          onError={props.onImageError}
        />
        {ready && layers.map && mapUrl && (
          <div className="absolute inset-0 bg-[rgba(11,11,24,0.72)]">
            {/* biome-ignore lint/performance/noImgElement: made by the server for this result */}
            <img src={mapUrl} alt="" draggable={false} className="absolute inset-0 size-full mix-blend-screen" />
          </div>
        )}
        {ready && compare && <CompareSplit width={width} height={height} {...compare} />}
        {ready && !compare && result && layers.boxes && (
          <BoxOverlay
            width={width}
            height={height}
            boxes={result.boxes}
            scores={result.scores}
            polygons={result.polygons}
            kept={kept}
            lit={lit}
            onLit={onLit}
            numbers={layers.numbers ? { order: shownOrder, fontSize: 11 / view.k } : undefined}
          />
        )}
        {ready && !compare && result && lit >= 0 && lit < kept && (
          <BoxTip
            box={result.boxes[lit]}
            score={result.scores[lit]}
            number={shownOrder.indexOf(lit) + 1}
            width={width}
            height={height}
            scale={view.k}
          />
        )}
      </div>
      {props.children}
    </div>
  )
}
