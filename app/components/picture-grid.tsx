import clsx from 'clsx'
import type { ReactNode } from 'react'

/** The place of a small picture, with what surrounds one of another shape. */
export const frameLook =
  'relative grid aspect-4/3 w-full place-items-center overflow-hidden rounded-lg bg-stage leading-none'

const COLUMNS = {
  two: 'grid-cols-2',
  three: 'grid-cols-3',
  many: 'grid-cols-[repeat(auto-fill,minmax(min(220px,38vw),1fr))]',
} as const

export function PictureGrid({ columns, children }: { columns: keyof typeof COLUMNS; children: ReactNode }) {
  return <div className={clsx('grid gap-2.5', COLUMNS[columns])}>{children}</div>
}
