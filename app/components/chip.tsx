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
    <button type="button" className="chip" aria-pressed={pressed} onClick={onClick}>
      {children} {count !== undefined && <b>{count}</b>}
    </button>
  )
}
