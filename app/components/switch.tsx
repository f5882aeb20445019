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
    <label className="flex min-h-6 items-center justify-between gap-3 text-13">
      <span>{children}</span>
      <input
        type="checkbox"
        role="switch"
        className="relative h-[18px] w-8 flex-none cursor-pointer appearance-none rounded-full bg-field transition-colors duration-160 after:absolute after:top-0.5 after:left-0.5 after:size-3.5 after:rounded-full after:bg-white after:transition-transform after:duration-160 after:ease-out checked:bg-brand checked:after:translate-x-3.5 focus-visible:rounded-full"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={(e) => onChange(e.target.checked)}
      />
    </label>
  )
}

export const checkboxLook =
  'grid size-4 flex-none cursor-pointer appearance-none place-items-center rounded-[4px] border border-field bg-surface checked:border-brand checked:bg-brand checked:after:h-1 checked:after:w-2 checked:after:-translate-y-px checked:after:-rotate-45 checked:after:border-white checked:after:border-b-2 checked:after:border-l-2'
