import type { ReactNode } from 'react'

export interface TileValue {
  label: string
  value: ReactNode
  /** Small, after the value: unit, total, change. */
  note?: ReactNode
}

/** Figures in one bordered strip. */
export function Tiles({ tiles, columns }: { tiles: readonly TileValue[]; columns?: 3 | 4 | 8 }) {
  return (
    <dl className={columns === 8 ? 'tiles t8' : columns === 3 ? 'tiles t3' : 'tiles'}>
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
