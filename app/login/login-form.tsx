'use client'

import { useSearchParams } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button } from '../components/button'
import { TextField } from '../components/field'
import { request } from '../data/request'
import { common } from '../i18n/common'
import { errorText } from '../i18n/errors'
import { useLanguage, useTexts } from '../i18n/language'
import { login } from '../i18n/login'
import { safeNext } from './safe-next'

export function LoginForm() {
  const t = useTexts(login)
  const c = useTexts(common)
  const { lang } = useLanguage()
  const next = useSearchParams().get('next')
  const [code, setCode] = useState('')
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)

  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!code.trim()) return setError(t.empty)
    setBusy(true)
    setError(undefined)
    try {
      await request('/login', { json: { code: code.trim() } })
      location.href = safeNext(next, location.origin)
    } catch (e) {
      const said = errorText(lang, e)
      setError([said.title, said.text].filter(Boolean).join(' '))
      setBusy(false)
    }
  }

  return (
    <div className="grid min-h-dvh place-items-center bg-(image:--header-gradient) p-4">
      <form className="grid w-[min(400px,100%)] gap-3.5 rounded-xl bg-surface p-7 shadow-3" onSubmit={send} noValidate>
        <p className="text-12 text-ink-3">{c.service}</p>
        <h1>{t.title}</h1>
        <p className="text-ink-2">{t.text}</p>
        <TextField
          label={t.code}
          value={code}
          onChange={setCode}
          error={error}
          type="password"
          autoComplete="current-password"
          autoFocus
        />
        <Button type="submit" variant="primary" size="l" full busy={busy}>
          {t.enter}
        </Button>
      </form>
    </div>
  )
}
