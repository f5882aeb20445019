'use client'

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { type Format, formatOf } from './format'
import type { Lang, Texts } from './texts'

interface Language {
  lang: Lang
  setLang(lang: Lang): void
  format: Format
}

const Context = createContext<Language | null>(null)
const YEAR = 365 * 24 * 3600

/** Remembers a choice for the next page load; the server reads it, so that the first picture is right. */
export function remember(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain http
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`
}

export function LanguageProvider({ initial, children }: { initial: Lang; children: ReactNode }) {
  const [lang, setLang] = useState(initial)
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  }, [lang])
  const value = useMemo<Language>(
    () => ({
      lang,
      setLang: (next) => {
        remember('lang', next)
        setLang(next)
      },
      format: formatOf(lang),
    }),
    [lang],
  )
  return <Context value={value}>{children}</Context>
}

export function useLanguage(): Language {
  const value = useContext(Context)
  if (!value) throw new Error('useLanguage outside of LanguageProvider')
  return value
}

/** The labels of `texts` in the language of the page. */
export function useTexts<Z>(texts: Texts<Z>): Texts<Z>[Lang] {
  return texts[useLanguage().lang]
}

export const useFormat = (): Format => useLanguage().format
