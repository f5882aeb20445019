'use client'

import { useEffect, useRef, useState } from 'react'
import useSWR from 'swr'
import type { RunEvent } from '../../detector/training/events'
import type { RunEventsPage, RunInfo } from '../../server/runs/schema'
import { request } from '../data/request'
import { onChanged, watch } from '../data/socket'
import { addEvents, emptySeries, type RunSeries } from './run-series'

/** Step events of a long run are thinned out by the server to about this many. */
const POINTS = 2000
/** Events are put into the page in groups, at most ten times a second. */
const GROUP_MS = 100

/** One run, read again whenever the server says that it changed. */
export function useRun(id: string): { run: RunInfo | undefined; error: unknown; refresh(): void } {
  const { data, error, mutate } = useSWR<RunInfo>(`/runs/${id}`, (path: string) => request<RunInfo>(path))
  useEffect(() => onChanged(['run'], () => void mutate()), [mutate])
  return { run: data, error, refresh: () => void mutate() }
}

/**
 * The course of a run: what has happened so far by HTTP (thinned out), then every event as it comes. After a resume that
 * took events back, all of it is read anew.
 */
export function useRunSeries(id: string): { series: RunSeries; loaded: boolean; error: unknown } {
  const [series, setSeries] = useState(emptySeries)
  const [loaded, setLoaded] = useState(false)
  const [error, setError] = useState<unknown>()
  const [generation, setGeneration] = useState(0)
  const waiting = useRef<RunEvent[]>([])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new generation starts the reading again
  useEffect(() => {
    const abort = new AbortController()
    let stop = () => {}
    waiting.current = []
    request<RunEventsPage>(`/runs/${id}/events?points=${POINTS}`, { signal: abort.signal })
      .then((page) => {
        if (abort.signal.aborted) return
        setSeries(addEvents({ ...emptySeries }, page.events))
        setLoaded(true)
        stop = watch({
          kind: 'run',
          id,
          after: page.lastSeq,
          generation: page.generation,
          onEvent: (event) => waiting.current.push(event),
          onCut: () => setGeneration((g) => g + 1),
        })
      })
      .catch((e: unknown) => !abort.signal.aborted && setError(e))
    const timer = setInterval(() => {
      if (waiting.current.length === 0) return
      const events = waiting.current
      waiting.current = []
      setSeries((old) => addEvents(old, events))
    }, GROUP_MS)
    return () => {
      abort.abort()
      clearInterval(timer)
      stop()
    }
  }, [id, generation])

  return { series, loaded, error }
}
