'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { Quad } from '../../detector/geometry/polygon'
// The client that examples/ offers: what is tried here is what users build upon.
import { detect, openModel } from '../../examples/browser/detect.js'
import type { ExportInfo } from '../../server/exports/schema'
import { RequestError, request } from '../data/request'

type BrowserModel = Awaited<ReturnType<typeof openModel>>

/** Where the server offers the files of onnxruntime-web. */
const RUNTIME = '/onnxruntime'

export interface BrowserResult {
  /** Corners in pixels of the picture; best score first. */
  boxes: Quad[]
  scores: number[]
  /** Of the session's run alone. */
  milliseconds: number
}

/** An exported file, opened by onnxruntime-web in this browser. */
export function useBrowserModel(id: string) {
  const [info, setInfo] = useState<ExportInfo>()
  const [model, setModel] = useState<BrowserModel>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    const control = new AbortController()
    const { signal } = control
    const open = async () => {
      const path = `/exports/${encodeURIComponent(id)}`
      setInfo(await request<ExportInfo>(path, { signal }))
      const answer = await fetch(`/api${path}/file`, { signal })
      if (!answer.ok) throw new RequestError({ code: 'file-missing', message: 'The file is gone.' }, answer.status)
      const opened = await openModel(RUNTIME, await answer.arrayBuffer())
      if (signal.aborted) await opened.session.release()
      else setModel(opened)
    }
    open().catch((cause: unknown) => !signal.aborted && setError(cause))
    return () => control.abort()
  }, [id])

  // A session takes one picture at a time.
  const queue = useRef<Promise<unknown>>(Promise.resolve())
  const run = useCallback(
    (picture: ImageBitmap): Promise<BrowserResult> => {
      const work = queue.current.then(async (): Promise<BrowserResult> => {
        if (!model) throw new Error('No model is open')
        const { found, milliseconds } = await detect(model, picture)
        return { boxes: found.map(({ box }) => box as Quad), scores: found.map(({ score }) => score), milliseconds }
      })
      queue.current = work.catch(() => undefined)
      return work
    },
    [model],
  )
  return { info, model, error, run }
}
