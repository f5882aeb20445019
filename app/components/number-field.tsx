'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { useLanguage } from '../i18n/language'
import { Field, inputClass } from './field'

interface Props {
  label: ReactNode
  value: number
  onChange(value: number): void
  min: number
  max: number
  integer?: boolean
  multipleOf?: number
  /** Digits after the point that are always shown. */
  digits?: number
  help?: ReactNode
  className?: string
  look?: 'full' | 'short'
  /** Told of every change between right and wrong, so that a form can hold back. */
  onValidity?(valid: boolean): void
}

/** The value that was typed, or why it cannot be used. Rounds to `multipleOf`. */
function readNumber(
  text: string,
  rule: Pick<Props, 'min' | 'max' | 'integer' | 'multipleOf'>,
): { value: number } | { error: { zh: string; en: string } } {
  const typed = text.trim().replace(',', '.').replace('−', '-')
  const n = Number(typed)
  const range = `${rule.min}–${rule.max}`
  if (typed === '' || !Number.isFinite(n))
    return { error: { zh: `应在 ${range} 之间的数字。`, en: `A number from ${range} expected.` } }
  const value = rule.multipleOf ? Math.round(n / rule.multipleOf) * rule.multipleOf : n
  if (rule.integer && !Number.isInteger(value))
    return { error: { zh: `应为整数，填了 ${text}。`, en: `A whole number expected, ${text} entered.` } }
  if (value < rule.min || value > rule.max)
    return { error: { zh: `应在 ${range} 之间，填了 ${text}。`, en: `${range} expected, ${text} entered.` } }
  return { value }
}

/** A number, checked when the field is left, never while typing. */
export function NumberField(props: Props) {
  const { label, value, onChange, digits, help, className, look, onValidity } = props
  const { lang } = useLanguage()
  const show = (v: number) => (digits === undefined ? String(v) : v.toFixed(digits))
  const [text, setText] = useState(show(value))
  const [error, setError] = useState<{ zh: string; en: string } | undefined>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new value from outside replaces what was typed
  useEffect(() => {
    setText(show(value))
    setError(undefined)
  }, [value])
  const commit = () => {
    const read = readNumber(text, props)
    if ('error' in read) {
      setError(read.error)
      onValidity?.(false)
      return
    }
    setError(undefined)
    onValidity?.(true)
    setText(show(read.value))
    if (read.value !== value) onChange(read.value)
  }
  return (
    <Field label={label} help={help} error={error?.[lang]} className={className}>
      {({ id, describedBy, invalid }) => (
        <input
          id={id}
          className={inputClass(look, invalid)}
          inputMode={props.integer ? 'numeric' : 'decimal'}
          value={text}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          onChange={(e) => setText(e.target.value)}
          onBlur={commit}
          onKeyDown={(e) => e.key === 'Enter' && commit()}
        />
      )}
    </Field>
  )
}
