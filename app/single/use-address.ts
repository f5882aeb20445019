'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useRef } from 'react'
import type { Detection } from '../../server/detections/schema'
import type { ModelInfo } from '../../server/models/schema'
import { useToast } from '../components/toast'
import { request } from '../data/request'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'

/** A result that an address names, and where its picture is. */
interface Opened {
  result: Detection
  image: string
  model: string
}

interface Options {
  models: ModelInfo[] | undefined
  onModel(id: string): void
  onOpen(opened: Opened): void
}

/**
 * The address holds the state: `?result=` a kept result, `?batch=&item=` a picture of a batch, `?model=` a model to detect
 * with. A reload shows the same again.
 */
export function useAddress({ models, onModel, onOpen }: Options) {
  const t = useTexts(single)
  const query = useSearchParams()
  const { toast, toastError } = useToast()
  const search = query.toString()
  const handled = useRef('')
  const latest = useRef({ models, onModel, onOpen })
  latest.current = { models, onModel, onOpen }

  const setAddress = useCallback((next: string) => {
    handled.current = next
    history.replaceState(null, '', next ? `/?${next}` : '/')
  }, [])

  const ready = models !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new address opens something
  useEffect(() => {
    if (!ready || handled.current === search) return
    handled.current = search
    const wanted = new URLSearchParams(search)
    const [id, batch, item, chosen] = ['result', 'batch', 'item', 'model'].map((key) => wanted.get(key))
    if (chosen) latest.current.onModel(chosen)
    const path = id ? `/results/${id}` : batch && item ? `/batches/${batch}/items/${item}` : undefined
    if (!path) return
    request<Detection>(path)
      .then((result) => {
        if (handled.current !== search) return
        const known = latest.current.models?.find((m) => m.sha256 === result.model.sha256)?.id
        latest.current.onOpen({ result, image: `/api${path}/image`, model: known ?? 'base' })
      })
      .catch((error) => {
        if (id) toast({ tone: 'warn', title: t.gone, text: t.goneText })
        else toastError(error)
        setAddress('')
      })
  }, [search, ready])

  return { setAddress, batch: query.get('batch'), item: query.get('item') }
}
