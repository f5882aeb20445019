'use client'

import { useEffect, useState } from 'react'
import { useToast } from '../components/toast'
import type { Settings } from './settings'
import { detect, type Shown, type Source } from './use-detection'

/** The result of a second model on the same picture with the same settings; `model` undefined means no comparison. */
export function useComparison(source: Source | undefined, settings: Settings, model: string | undefined) {
  const { toastError } = useToast()
  const [other, setOther] = useState<{ model: string; source: Source; result: Shown }>()
  const file = source?.file
  const current = other && other.model === model && other.source.url === source?.url ? other : undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: settings that change afterwards wait for the next run
  useEffect(() => {
    if (!model || !source || !file || current) return
    const abort = new AbortController()
    detect(source, file, settings, model, { signal: abort.signal })
      .then((result) => setOther({ model, source, result }))
      .catch((error) => toastError(error))
    return () => abort.abort()
  }, [model, source?.url, file, current])

  return { other: current?.result, waiting: Boolean(model && !current) }
}
