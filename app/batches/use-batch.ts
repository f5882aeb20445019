'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { BatchInfo, BatchItemInfo } from '../../server/batches/schema'
import { request } from '../data/request'
import { watch } from '../data/socket'

interface Page {
  items: BatchItemInfo[]
  next: number | null
}

const PAGE = 500
/** Events come faster than a page can be drawn; what they touched is read again this often. */
const GATHER_MS = 350

/** A batch and all its pictures by index, kept in step with the server's events. */
export function useBatch(id: string) {
  const [info, setInfo] = useState<BatchInfo>()
  const [items, setItems] = useState<BatchItemInfo[]>([])
  const [loaded, setLoaded] = useState(false)
  const [error, setError] = useState<unknown>()
  const refreshInfo = useRef<() => void>(() => {})

  useEffect(() => {
    let ended = false
    let unwatch = () => {}
    let timer: ReturnType<typeof setTimeout> | undefined
    let low = Number.POSITIVE_INFINITY
    let high = -1
    setInfo(undefined)
    setItems([])
    setLoaded(false)
    setError(undefined)

    const merge = (page: readonly BatchItemInfo[]) =>
      setItems((list) => {
        const next = list.slice()
        for (const item of page) next[item.index] = item
        return next
      })
    const readRange = async (from: number, to: number) => {
      for (let after: number | null = from; after !== null && after <= to && !ended; ) {
        const limit = Math.min(PAGE, to - after + 1)
        const page: Page = await request<Page>(`/batches/${id}/items?after=${after}&limit=${limit}`)
        merge(page.items)
        after = page.next
      }
    }
    const catchUp = async () => {
      timer = undefined
      const [from, to] = [low, high]
      low = Number.POSITIVE_INFINITY
      high = -1
      try {
        const [fresh] = await Promise.all([
          request<BatchInfo>(`/batches/${id}`),
          to >= 0 ? readRange(from, to) : undefined,
        ])
        if (!ended) setInfo(fresh)
      } catch (e) {
        if (!ended) setError(e)
      }
    }
    const soon = () => {
      timer ??= setTimeout(catchUp, GATHER_MS)
    }
    refreshInfo.current = soon

    const load = async () => {
      try {
        const first = await request<BatchInfo>(`/batches/${id}`)
        if (ended) return
        setInfo(first)
        await readRange(0, Number.MAX_SAFE_INTEGER)
        if (ended) return
        setLoaded(true)
        unwatch = watch({
          kind: 'batch',
          id,
          after: first.lastSeq,
          onEvent: (event) => {
            if (event.type === 'item') {
              low = Math.min(low, event.index)
              high = Math.max(high, event.index)
            }
            soon()
          },
        })
      } catch (e) {
        if (!ended) setError(e)
      }
    }
    void load()
    return () => {
      ended = true
      clearTimeout(timer)
      unwatch()
    }
  }, [id])

  const refresh = useCallback(() => refreshInfo.current(), [])
  return { info, items, loaded, error, refresh, setInfo }
}

/** Pictures a second over the last while, for the time that is left. */
export function usePace(finished: number, running: boolean): number | undefined {
  const marks = useRef<{ at: number; finished: number }[]>([])
  const [pace, setPace] = useState<number>()
  useEffect(() => {
    if (!running) {
      marks.current = []
      setPace(undefined)
      return
    }
    const now = performance.now()
    marks.current.push({ at: now, finished })
    while (marks.current.length > 2 && now - marks.current[0].at > 30_000) marks.current.shift()
    const first = marks.current[0]
    const seconds = (now - first.at) / 1000
    if (seconds > 1 && finished > first.finished) setPace((finished - first.finished) / seconds)
  }, [finished, running])
  return pace
}
