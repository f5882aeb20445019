'use client'

import { useCallback, useEffect, useRef } from 'react'
import { useToast } from '../components/toast'
import { usePageDrop } from '../components/use-page-drop'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'

/**
 * Pictures that come by drag and drop anywhere on the page, by paste, or from the clipboard by a button.
 * @returns whether something is dragged over the page, and what the paste button does
 */
export function usePictureInput(onFile: (file: File) => void) {
  const t = useTexts(single)
  const { toast } = useToast()
  const take = useRef(onFile)
  take.current = onFile
  const over = usePageDrop(({ files }) => {
    if (files[0]) onFile(files[0])
  })

  useEffect(() => {
    const paste = (e: ClipboardEvent) => {
      const file = [...(e.clipboardData?.files ?? [])].find((f) => f.type.startsWith('image/'))
      if (!file) return
      e.preventDefault()
      take.current(file)
    }
    addEventListener('paste', paste)
    return () => removeEventListener('paste', paste)
  }, [])

  const pasteNow = useCallback(async () => {
    const hint = () => toast({ tone: 'warn', title: t.pasteHint, text: t.pasteHintText, key: 'paste' })
    if (!navigator.clipboard?.read) return void hint()
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find((x) => x.startsWith('image/'))
        if (!type) continue
        const blob = await item.getType(type)
        take.current(new File([blob], `pasted.${type.split('/')[1]}`, { type }))
        return
      }
      toast({ tone: 'warn', title: t.pasteNothing, text: t.pasteNothingText, key: 'paste' })
    } catch {
      hint()
    }
  }, [t, toast])

  return { over, pasteNow }
}
