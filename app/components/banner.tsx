import clsx from 'clsx'
import type { ReactNode } from 'react'
import { Icon } from './icons'

interface Props {
  tone?: 'info' | 'ok' | 'warn' | 'err'
  children: ReactNode
  actions?: ReactNode
}

const TONES = {
  info: { icon: 'info', look: 'bg-info-soft [&>svg]:text-info' },
  ok: { icon: 'check', look: 'bg-ok-soft [&>svg]:text-ok' },
  warn: { icon: 'warning', look: 'bg-warn-soft [&>svg]:text-warn' },
  err: { icon: 'error', look: 'bg-err-soft [&>svg]:text-err' },
} as const

export function Banner({ tone = 'info', children, actions }: Props) {
  return (
    <div
      className={clsx('flex gap-2.5 rounded-lg px-3 py-2.5 text-13', TONES[tone].look)}
      role={tone === 'err' ? 'alert' : undefined}
    >
      <Icon name={TONES[tone].icon} className="mt-0.5" />
      <div className="min-w-0 flex-1">{children}</div>
      {actions}
    </div>
  )
}
