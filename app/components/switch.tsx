'use client'

import type { ReactNode } from 'react'

interface Props {
  checked: boolean
  onChange(checked: boolean): void
  children: ReactNode
  disabled?: boolean
}

export function Switch({ checked, onChange, children, disabled }: Props) {
  return (
    <label className="sw">
      <span>{children}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={(e) => onChange(e.target.checked)}
      />
    </label>
  )
}

export function Checkbox({ checked, onChange, children, disabled }: Props) {
  return (
    <label className="row">
      <input
        type="checkbox"
        className="ck"
        checked={checked}
        disabled={disabled}
        onChange={(e) => onChange(e.target.checked)}
      />
      <span>{children}</span>
    </label>
  )
}
