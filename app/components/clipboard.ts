'use client'

import { useCallback } from 'react'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { useToast } from './toast'

/** Puts text into the clipboard, also on plain http, where the Clipboard API is missing. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    area.style.opacity = '0'
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

/** Copies a text and says whether it worked. */
export function useCopy(): (text: string) => Promise<void> {
  const t = useTexts(common)
  const { toast } = useToast()
  return useCallback(
    async (text) => {
      if (await write(text)) toast({ tone: 'ok', title: t.copied, key: 'copied' })
      else toast({ tone: 'err', title: t.copyFailed, text: t.copyFailedText, key: 'copied' })
    },
    [t, toast],
  )
}
