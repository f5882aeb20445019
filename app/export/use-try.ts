'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { useToast } from '../components/toast'
import { RequestError } from '../data/request'
import { type BrowserResult, useBrowserModel } from './use-browser-model'

interface Picture {
  url: string
  bitmap: ImageBitmap
}

/** A picture and what the exported file finds on it; a picture that comes before the model is open waits for it. */
export function useTry(id: string) {
  const { toastError } = useToast()
  const { run, model, ...opened } = useBrowserModel(id)
  const [picture, setPicture] = useState<Picture>()
  const [result, setResult] = useState<BrowserResult>()
  const [busy, setBusy] = useState(false)

  const show = useCallback(
    async (file: Blob) => {
      const bitmap = await createImageBitmap(file).catch(() => undefined)
      setResult(undefined)
      if (bitmap) setPicture({ url: URL.createObjectURL(file), bitmap })
      else
        toastError(new RequestError({ code: 'image-unreadable', message: 'The browser cannot read this picture.' }, 0))
    },
    [toastError],
  )
  const clear = useCallback(() => {
    setPicture(undefined)
    setResult(undefined)
  }, [])
  useEffect(
    () =>
      picture &&
      (() => {
        URL.revokeObjectURL(picture.url)
        picture.bitmap.close()
      }),
    [picture],
  )

  const shown = useRef<Picture>(undefined)
  shown.current = picture
  const find = useCallback(async () => {
    if (!picture || !model) return
    setBusy(true)
    try {
      const found = await run(picture.bitmap)
      if (shown.current === picture) setResult(found)
    } catch (error) {
      // Of a picture that was put away nobody wants to know.
      if (shown.current === picture) toastError(error)
    } finally {
      if (shown.current === picture) setBusy(false)
    }
  }, [picture, model, run, toastError])
  useEffect(() => void find(), [find])

  return { ...opened, model, picture, result, busy, show, clear, find }
}
