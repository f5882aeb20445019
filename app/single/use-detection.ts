'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { DetectionResult } from '../../detector/detection/types'
import type { Detection } from '../../server/detections/schema'
import { useToast } from '../components/toast'
import { request, upload } from '../data/request'
import { readingOrder } from './reading-order'
import { candidateKey, networkKey, type Settings, toRequest } from './settings'

/** The picture that is worked on: a file of the user, or one the server keeps. */
export interface Source {
  name: string
  /** Bytes; unknown for pictures of the server. */
  bytes?: number
  /** What the browser shows. */
  url: string
  /** The file itself; pictures of the server are fetched when they are needed. */
  file?: Blob
}

export type Shown = DetectionResult & { resultId?: string }

interface State {
  source?: Source
  result?: Shown
  /** Keys of the settings the result was made with. */
  made?: { network: string; candidates: string }
  busy: boolean
  /** Share of the upload, 0–1, while it runs. */
  sent?: number
  error?: unknown
}

/** Candidates wait this long after the last touch of a slider. */
const SETTLE_MS = 180

async function fileOf(source: Source): Promise<Blob> {
  return source.file ?? (await (await fetch(source.url)).blob())
}

export function detect(
  source: Source,
  file: Blob,
  settings: Settings,
  model: string,
  options: Parameters<typeof upload>[2],
) {
  const form = new FormData()
  form.append('model', model)
  form.append('settings', JSON.stringify(toRequest(settings)))
  form.append('image', file, source.name)
  return upload<Detection>('/detect', form, options)
}

/** One picture, its boxes, and what has to be asked again when settings change. */
export function useDetection(settings: Settings, model: string) {
  const { toastError } = useToast()
  const [state, setState] = useState<State>({ busy: false })
  const running = useRef<AbortController>(undefined)
  /** Closes the message about the picture before. */
  const forget = useRef(() => {})
  const latest = useRef({ settings, model })
  latest.current = { settings, model }

  const order = useMemo(() => readingOrder(state.result?.boxes ?? []), [state.result])

  const run = useCallback(
    async (source: Source, using = latest.current) => {
      running.current?.abort()
      forget.current()
      const abort = new AbortController()
      running.current = abort
      setState((s) => ({
        source,
        result: s.source === source ? s.result : undefined,
        made: s.source === source ? s.made : undefined,
        busy: true,
      }))
      try {
        const file = await fileOf(source)
        const result = await detect(source, file, using.settings, using.model, {
          signal: abort.signal,
          onProgress: (sent) => running.current === abort && setState((s) => ({ ...s, sent })),
        })
        if (running.current !== abort) return
        const made = {
          network: networkKey(using.settings, using.model),
          candidates: candidateKey(using.settings),
        }
        setState({ source: { ...source, file }, result, made, busy: false })
        return result
      } catch (error) {
        if (running.current !== abort) return
        setState((s) => ({ ...s, busy: false, sent: undefined, error }))
        forget.current = toastError(error)
      }
    },
    [toastError],
  )

  /** Shows a result that is there already. */
  const show = useCallback((source: Source, result: Shown, using: { settings: Settings; model: string }) => {
    running.current?.abort()
    running.current = undefined
    forget.current()
    const made = { network: networkKey(using.settings, using.model), candidates: candidateKey(using.settings) }
    setState({ source, result, made, busy: false })
  }, [])

  const clear = useCallback(() => {
    running.current?.abort()
    running.current = undefined
    forget.current()
    setState({ busy: false })
  }, [])

  // Binarisation, unclip ratio and outlines come from the kept map: asked by themselves once the slider rests.
  const wanted = candidateKey(settings)
  const stale = state.made !== undefined && state.made.candidates !== wanted && !state.busy
  const resultId = state.result?.resultId
  useEffect(() => {
    if (!stale || !resultId) return
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      const { binarizeThreshold, unclipRatio, maxCandidates, polygon } = latest.current.settings
      try {
        const result = await request<Detection>(`/results/${resultId}/candidates`, {
          json: { binarizeThreshold, unclipRatio, maxCandidates, polygon },
          signal: abort.signal,
        })
        setState((s) =>
          s.result?.resultId === resultId && s.made
            ? { ...s, result: { ...s.result, ...result }, made: { ...s.made, candidates: wanted } }
            : s,
        )
      } catch (error) {
        toastError(error)
        if (!abort.signal.aborted) setState((s) => (s.made ? { ...s, made: { ...s.made, candidates: wanted } } : s))
      }
    }, SETTLE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [stale, wanted, resultId, toastError])

  useEffect(() => () => running.current?.abort(), [])

  return {
    ...state,
    order,
    /** The network has to run again for the settings to hold. */
    dirty:
      state.made !== undefined &&
      (state.made.network !== networkKey(settings, model) || (stale && resultId === undefined)),
    run,
    show,
    clear,
  }
}
