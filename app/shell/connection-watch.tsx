'use client'

import { useEffect, useRef, useSyncExternalStore } from 'react'
import { useToast } from '../components/toast'
import { connection } from '../data/socket'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'

/** Reconnects within this time are not worth a word. */
const PATIENCE_MS = 2500

/** Says when events have stopped flowing, and takes the word back when they flow again. */
export function ConnectionWatch() {
  const t = useTexts(common)
  const { toast } = useToast()
  const live = useSyncExternalStore(connection.subscribe, connection.isLive, () => true)
  const close = useRef<() => void>(undefined)
  useEffect(() => {
    if (live) {
      close.current?.()
      close.current = undefined
      return
    }
    const timer = setTimeout(() => {
      close.current = toast({
        tone: 'warn',
        key: 'offline',
        title: t.offline,
        text: t.offlineText,
        action: { label: t.tryNow, run: connection.retry },
      })
    }, PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [live, toast, t])
  return null
}
