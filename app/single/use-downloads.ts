'use client'

import { useMemo } from 'react'
import type { MenuItem } from '../components/menu'
import { saveFile, saveFrom } from '../data/save-file'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { resultText } from './result-json'
import type { Shown } from './use-detection'

interface Options {
  result?: Shown
  threshold: number
  /** The batch and its item, where the picture is of one. */
  batch: string | null
  item: string | null
}

/** What can be saved of a result: the picture with boxes (drawn by the server) and the JSON, at the threshold shown. */
export function useDownloads({ result, threshold, batch, item }: Options): MenuItem[] {
  const t = useTexts(single)
  return useMemo(() => {
    if (!result) return []
    const picture = result.resultId
      ? `/api/results/${result.resultId}/picture?threshold=${threshold}`
      : `/api/batches/${batch}/items/${item}/picture`
    return [
      { label: t.downloadPicture, icon: 'picture', run: () => saveFrom(picture, 'detection_result.png') },
      {
        label: t.downloadJson,
        icon: 'report',
        run: () => saveFile(new Blob([resultText(result, threshold)], { type: 'application/json' }), 'result.json'),
      },
    ]
  }, [result, threshold, batch, item, t])
}
