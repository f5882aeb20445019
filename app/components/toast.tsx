'use client'

import clsx from 'clsx'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { common } from '../i18n/common'
import { errorText } from '../i18n/errors'
import { useLanguage, useTexts } from '../i18n/language'
import { Button } from './button'
import { Icon } from './icons'

export interface ToastSpec {
  tone: 'ok' | 'warn' | 'err'
  /** What happened. */
  title: string
  /** What to do. */
  text?: string
  action?: { label: string; run(): void }
  /** A toast of the same key is replaced. */
  key?: string
}

interface Toasts {
  toast(spec: ToastSpec): () => void
  /** Any thrown value as a toast, translated by its code; an aborted request is passed over. @returns what closes it */
  toastError(error: unknown, title?: string): () => void
}

const Context = createContext<Toasts | null>(null)
const TONES = {
  ok: { icon: 'check', look: 'text-ok' },
  warn: { icon: 'warning', look: 'text-warn' },
  err: { icon: 'error', look: 'text-err' },
} as const
const MOST = 3
const OK_MS = 2500

interface Shown extends ToastSpec {
  id: number
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTexts(common)
  const { lang } = useLanguage()
  const [shown, setShown] = useState<Shown[]>([])
  const last = useRef(0)

  const close = useCallback((id: number) => setShown((list) => list.filter((s) => s.id !== id)), [])
  const toast = useCallback(
    (spec: ToastSpec) => {
      const id = ++last.current
      setShown((list) => [...list.filter((s) => !spec.key || s.key !== spec.key), { ...spec, id }].slice(-MOST))
      if (spec.tone === 'ok') setTimeout(() => close(id), OK_MS)
      return () => close(id)
    },
    [close],
  )
  const value = useMemo<Toasts>(
    () => ({
      toast,
      toastError: (error, title) => {
        if (error instanceof DOMException && error.name === 'AbortError') return () => undefined
        const said = errorText(lang, error)
        return toast({ tone: 'err', title: title ?? said.title, text: said.text, key: said.title + said.text })
      },
    }),
    [toast, lang],
  )

  return (
    <Context value={value}>
      {children}
      <section
        className="fixed right-5 bottom-5 z-60 grid w-[min(400px,calc(100vw-32px))] gap-2.5 max-md:right-4 max-md:bottom-19"
        aria-live="polite"
        aria-label={t.messages}
      >
        {shown.map((s) => (
          <div
            key={s.id}
            className="grid grid-cols-[18px_minmax(0,1fr)_auto] gap-2.5 rounded-xl border border-line bg-surface py-3 pr-3 pl-3.5 text-13 shadow-3"
            role={s.tone === 'err' ? 'alert' : 'status'}
          >
            <Icon name={TONES[s.tone].icon} className={clsx('mt-0.5', TONES[s.tone].look)} />
            <div>
              <b className="font-semibold">{s.title}</b>
              {s.text && <p className="text-ink-2">{s.text}</p>}
              {s.action && (
                <div className="flex pt-1.5">
                  <Button size="s" onClick={s.action.run}>
                    {s.action.label}
                  </Button>
                </div>
              )}
            </div>
            <Button size="s" variant="ghost" icon="close" label={t.close} onClick={() => close(s.id)} />
          </div>
        ))}
      </section>
    </Context>
  )
}

export function useToast(): Toasts {
  const value = useContext(Context)
  if (!value) throw new Error('useToast outside of ToastProvider')
  return value
}
