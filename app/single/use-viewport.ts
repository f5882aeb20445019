'use client'

import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'

/** Scale (screen pixels per picture pixel) and place of the picture's left upper corner in the stage. */
export interface View {
  k: number
  x: number
  y: number
}

interface Room {
  width: number
  height: number
}

const MAX_SCALE = 16
const WHEEL = 1.0016
const KEY_STEP = 60

/** The whole picture, centred, clear of the tools at the lower edge. */
function fitView(room: Room, width: number, height: number): View {
  const narrow = room.width < 500
  const pad = narrow ? 14 : 28
  const foot = narrow ? 64 : 76
  const k = Math.max(0.001, Math.min(MAX_SCALE, (room.width - 2 * pad) / width, (room.height - pad - foot) / height))
  return { k, x: (room.width - width * k) / 2, y: pad + (room.height - pad - foot - height * k) / 2 }
}

/** Zooms by `factor` so that the point (px, py) of the stage stays where it is. */
function zoomAt(view: View, factor: number, px: number, py: number, least: number): View {
  const k = Math.min(MAX_SCALE, Math.max(least, view.k * factor))
  const f = k / view.k
  return { k, x: px - (px - view.x) * f, y: py - (py - view.y) * f }
}

/** Keeps a part of the picture in sight. */
function held(view: View, room: Room, width: number, height: number): View {
  const margin = 60
  const clamp = (v: number, low: number, high: number) => Math.min(high, Math.max(low, v))
  return {
    k: view.k,
    x: clamp(view.x, margin - width * view.k, room.width - margin),
    y: clamp(view.y, margin - height * view.k, room.height - margin),
  }
}

/**
 * Zoom and pan of a picture in a stage by wheel, drag, pinch and keys. While nothing was zoomed the picture is fitted and
 * follows the size of the stage.
 */
export function useViewport(stage: RefObject<HTMLElement | null>, width: number, height: number) {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 })
  const [own, setOwn] = useState<View | null>(null)
  const fit = room.width > 0 && width > 0 ? fitView(room, width, height) : { k: 1, x: 0, y: 0 }
  const view = own ?? fit
  const now = useRef({ room, view, fit, width, height })
  now.current = { room, view, fit, width, height }

  useEffect(() => {
    const element = stage.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect
      setRoom({ width, height })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [stage])

  // A new picture is fitted.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size stands for the picture
  useEffect(() => setOwn(null), [width, height])

  const move = useCallback((change: (view: View) => View) => {
    setOwn((v) => {
      const { room, fit, width, height } = now.current
      const next = held(change(v ?? fit), room, width, height)
      now.current.view = next
      return next
    })
  }, [])

  const zoom = useCallback(
    (factor: number, at?: { x: number; y: number }) => {
      const { room, fit } = now.current
      const point = at ?? { x: room.width / 2, y: room.height / 2 }
      move((v) => zoomAt(v, factor, point.x, point.y, Math.min(fit.k, 1) / 4))
    },
    [move],
  )

  const reset = useCallback(() => setOwn(null), [])

  /** Brings a part of the picture to the middle, large enough to read. */
  const showPart = useCallback(
    (x: number, y: number, w: number, h: number) => {
      const { room, fit } = now.current
      const k = Math.min(6, Math.max(fit.k, Math.min(room.width / (w * 2.2), room.height / (h * 5))))
      move(() => ({ k, x: room.width / 2 - (x + w / 2) * k, y: room.height / 2 - (y + h / 2) * k }))
    },
    [move],
  )

  // React's wheel listeners are passive, and a page must not zoom with the picture.
  useEffect(() => {
    const element = stage.current
    if (!element) return
    const wheel = (e: WheelEvent) => {
      if (now.current.width === 0) return
      e.preventDefault()
      const box = element.getBoundingClientRect()
      const amount = e.deltaY * (e.deltaMode === 1 ? 20 : 1) * (e.ctrlKey ? 6 : 1)
      zoom(WHEEL ** -amount, { x: e.clientX - box.left, y: e.clientY - box.top })
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [stage, zoom])

  const fingers = useRef(new Map<number, { x: number; y: number }>())
  const zoomed = own !== null && own.k > fit.k * 1.01

  const onPointerDown = (e: PointerEvent) => {
    if ((e.target as Element).closest('button,a,select,[role=slider]') || e.button !== 0) return
    fingers.current.set(e.pointerId, { x: e.clientX, y: e.clientY })
    if (e.pointerType === 'mouse' || zoomed || fingers.current.size > 1) e.currentTarget.setPointerCapture(e.pointerId)
  }
  const onPointerMove = (e: PointerEvent) => {
    const before = fingers.current.get(e.pointerId)
    if (!before) return
    const at = { x: e.clientX, y: e.clientY }
    const other = [...fingers.current].find(([id]) => id !== e.pointerId)?.[1]
    if (other) {
      const box = e.currentTarget.getBoundingClientRect()
      const spread = (p: { x: number; y: number }) => Math.max(8, Math.hypot(p.x - other.x, p.y - other.y))
      zoom(spread(at) / spread(before), { x: (at.x + other.x) / 2 - box.left, y: (at.y + other.y) / 2 - box.top })
      move((v) => ({ ...v, x: v.x + (at.x - before.x) / 2, y: v.y + (at.y - before.y) / 2 }))
    } else if (e.pointerType === 'mouse' || zoomed) {
      move((v) => ({ ...v, x: v.x + at.x - before.x, y: v.y + at.y - before.y }))
    }
    fingers.current.set(e.pointerId, at)
  }
  const onPointerUp = (e: PointerEvent) => {
    fingers.current.delete(e.pointerId)
  }
  const pan = useCallback(
    (dx: number, dy: number) => move((v) => ({ ...v, x: v.x + dx * KEY_STEP, y: v.y + dy * KEY_STEP })),
    [move],
  )

  return {
    view,
    zoomed,
    zoom,
    reset,
    pan,
    showPart,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  }
}
