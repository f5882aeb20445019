'use client'

import type { ReactNode } from 'react'

interface Props {
  pressed: boolean
  onClick(): void
  children: ReactNode
  count?: string
}

/** A filter or a choice that can be on or off, with a count where it filters. */
export function Chip({ pressed, onClick, children, count }: Props) {
  return (
    <button
      type="button"
      className="group inline-flex h-7 items-center gap-1.5 whitespace-nowrap rounded-full border border-line bg-surface px-2.5 text-13 text-ink-2 hover:bg-hover aria-pressed:border-brand aria-pressed:bg-brand-soft aria-pressed:font-medium aria-pressed:text-brand-ink max-md:h-9"
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}{' '}
      {count !== undefined && <b className="font-medium text-ink-3 group-aria-pressed:text-brand-ink">{count}</b>}
    </button>
  )
}
