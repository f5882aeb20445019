import type { ReactNode } from 'react'

export interface TileValue {
  label: string
  value: ReactNode
  /** Small, after the value: unit, total, change. */
  note?: ReactNode
}

/** Figures in one bordered strip. */
export function Tiles({ tiles, columns }: { tiles: readonly TileValue[]; columns?: 2 | 3 | 4 | 8 }) {
  return (
    <dl className={columns && columns !== 4 ? `tiles t${columns}` : 'tiles'}>
      {tiles.map((t) => (
        <div className="tile" key={t.label}>
          <dt title={t.label}>{t.label}</dt>
          <dd>
            <b>{t.value}</b>
            {t.note !== undefined && <em>{t.note}</em>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
