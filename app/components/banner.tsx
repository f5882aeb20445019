import type { ReactNode } from 'react'
import { Icon } from './icons'

interface Props {
  tone?: 'info' | 'ok' | 'warn' | 'err'
  children: ReactNode
  actions?: ReactNode
}

const ICONS = { info: 'info', ok: 'check', warn: 'warning', err: 'error' } as const

export function Banner({ tone = 'info', children, actions }: Props) {
  return (
    <div className={tone === 'info' ? 'banner' : `banner ${tone}`} role={tone === 'err' ? 'alert' : undefined}>
      <Icon name={ICONS[tone]} />
      <div className="grow">{children}</div>
      {actions}
    </div>
  )
}
