interface BarProps {
  /** 0–1; left out while unknown. */
  share?: number
  label: string
  tone?: 'brand' | 'ok' | 'err'
  className?: string
}

/** Progress of one thing, 6 px high. */
export function Bar({ share, label, tone = 'brand', className }: BarProps) {
  const percent = share === undefined ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div
      className={`bar ${tone === 'brand' ? '' : tone} ${percent === undefined ? 'unknown' : ''} ${className ?? ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <i style={{ width: percent === undefined ? '30%' : `${percent}%` }} />
    </div>
  )
}

interface SplitProps {
  label: string
  /** Share of all that is over, 0–1, for screen readers. */
  share: number
  parts: readonly { key: string; amount: number; color?: string }[]
}

/** Progress split by outcome; a part without colour is what is still to come. */
export function SplitBar({ label, share, parts }: SplitProps) {
  return (
    <div
      className="seg-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      {parts.map((p) => p.amount > 0 && <i key={p.key} style={{ flex: p.amount, background: p.color }} />)}
    </div>
  )
}
