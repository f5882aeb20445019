import clsx from 'clsx'

const TONES = { brand: 'bg-brand', ok: 'bg-ok', err: 'bg-err' } as const
const SIZES = { s: 'h-[3px]', m: 'h-1.5 rounded-md' } as const

interface BarProps {
  /** 0–1; left out while unknown. */
  share?: number
  label: string
  tone?: keyof typeof TONES
  size?: keyof typeof SIZES
  className?: string
}

/** Progress of one thing. */
export function Bar({ share, label, tone = 'brand', size = 'm', className }: BarProps) {
  const percent = share === undefined ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div
      className={clsx('overflow-hidden bg-hover', SIZES[size], className)}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <i
        className={clsx(
          'block h-full rounded-md transition-[width] duration-240 ease-linear',
          TONES[tone],
          percent === undefined && 'animate-slide',
        )}
        style={{ width: percent === undefined ? '30%' : `${percent}%` }}
      />
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
      className="flex h-2 gap-px overflow-hidden rounded-lg bg-hover"
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
