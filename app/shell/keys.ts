'use client'

import { useEffect, useRef } from 'react'

const STORE = 'singleKeys'

/** Single-key shortcuts can be switched off (WCAG 2.1.4). */
export const singleKeysOn = (): boolean => localStorage.getItem(STORE) !== 'off'
export const setSingleKeys = (on: boolean): void => localStorage.setItem(STORE, on ? 'on' : 'off')

/** Whether keys go into a field now. A range slider takes arrows only, so letters pass it by. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('textarea,select')) return true
  return target instanceof HTMLInputElement && !/^(range|checkbox|radio|button|file)$/.test(target.type)
}

/**
 * Keys of a page, by `event.key` in lower case, with `shift+`, `ctrl+` before it where held (⌘ counts as ctrl).
 * A handler that returns false leaves the key to the browser.
 */
export function useKeys(handlers: Record<string, (event: KeyboardEvent) => unknown>): void {
  const latest = useRef(handlers)
  latest.current = handlers
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.altKey || e.defaultPrevented || document.querySelector('[role=dialog],[role=alertdialog]')) return
      const ctrl = e.ctrlKey || e.metaKey
      const key = e.key.toLowerCase()
      const name = `${ctrl ? 'ctrl+' : ''}${key}`
      const handler = latest.current[`${e.shiftKey ? 'shift+' : ''}${name}`] ?? latest.current[name]
      if (!handler) return
      if (!ctrl && key !== 'escape' && (isTyping(e.target) || !singleKeysOn())) return
      if (handler(e) !== false) e.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}
