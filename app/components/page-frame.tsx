import clsx from 'clsx'
import type { ReactNode } from 'react'

const WIDTHS = {
  form: 'mx-auto max-w-[1240px]',
  /** Beside the list of runs. */
  left: 'max-w-[1240px]',
  table: 'mx-auto max-w-[1320px]',
  wide: 'grid max-w-[1720px] grid-cols-1 gap-3.5',
} as const

export function Page({ width, children }: { width: keyof typeof WIDTHS; children: ReactNode }) {
  return (
    <div
      className={clsx(
        'w-full min-w-0 px-7 pt-5 pb-12 max-md:px-3.5 max-md:pt-3.5 max-md:pb-8 3xl:px-10 3xl:pt-7 3xl:pb-14',
        WIDTHS[width],
      )}
    >
      {children}
    </div>
  )
}

const COLUMNS = {
  /** What is worked on, and beside it what follows from it. */
  side: 'grid-cols-[minmax(0,1fr)_356px] max-xl:grid-cols-1',
  form: 'grid-cols-[352px_minmax(0,1fr)] max-lg:grid-cols-1',
} as const

export function Columns({ kind, children }: { kind: keyof typeof COLUMNS; children: ReactNode }) {
  return <div className={clsx('grid items-start gap-5', COLUMNS[kind])}>{children}</div>
}

/** Stays in sight beside a longer column. */
export const stickyLook = 'sticky top-[calc(var(--spacing-head)+20px)]'
