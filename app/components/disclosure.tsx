'use client'

import type { ReactNode } from 'react'
import { Icon } from './icons'

interface Props {
  summary: ReactNode
  /** At the right end of the line, such as "2 changed". */
  note?: ReactNode
  children: ReactNode
  open?: boolean
  onToggle?(open: boolean): void
}

export function Disclosure({ summary, note, children, open, onToggle }: Props) {
  return (
    <details open={open} onToggle={(e) => onToggle?.(e.currentTarget.open)}>
      <summary>
        <Icon name="right" />
        <span className="min-w-0 flex-1">{summary}</span>
        {note}
      </summary>
      {children}
    </details>
  )
}
