import clsx from 'clsx'
import type { ReactNode } from 'react'

export interface TileValue {
  label: string
  value: ReactNode
  /** Small, after the value: unit, total, change. */
  note?: ReactNode
}

/** How many stand beside each other. */
const COLUMNS = {
  2: 'grid-cols-2',
  3: 'grid-cols-1 md:grid-cols-3',
  4: 'grid-cols-2 md:grid-cols-4',
  8: 'grid-cols-2 md:grid-cols-4 xl:grid-cols-8',
} as const

/** A strip with an edge; hairlines between its parts come from the gaps. */
export function Strip({ columns, children }: { columns: keyof typeof COLUMNS; children: ReactNode }) {
  return (
    <div
      className={clsx(
        'grid gap-px overflow-hidden rounded-xl border border-line bg-line *:bg-surface',
        COLUMNS[columns],
      )}
    >
      {children}
    </div>
  )
}

/** Figures in one strip. */
export function Tiles({ tiles, columns = 4 }: { tiles: readonly TileValue[]; columns?: keyof typeof COLUMNS }) {
  return (
    <Strip columns={columns}>
      {tiles.map((t) => (
        <dl className="min-w-0 px-3.5 py-[11px]" key={t.label}>
          <dt className="truncate text-12 text-ink-3" title={t.label}>
            {t.label}
          </dt>
          <dd>
            <b className="whitespace-nowrap font-semibold text-18 tracking-[-0.015em]">{t.value}</b>
            {t.note !== undefined && <em className="ml-[5px] text-12 text-ink-3 not-italic">{t.note}</em>}
          </dd>
        </dl>
      ))}
    </Strip>
  )
}

/** One figure and its name, without an edge. */
export function Stat({
  value,
  label,
  large,
  phone = true,
}: {
  value: ReactNode
  label: ReactNode
  large?: boolean
  phone?: boolean
}) {
  return (
    <div className={clsx('grid whitespace-nowrap', !phone && 'max-md:hidden')}>
      <b className={clsx('font-semibold tracking-[-0.01em]', large ? 'text-20' : 'text-16')}>{value}</b>
      <span className="text-12 text-ink-3">{label}</span>
    </div>
  )
}
