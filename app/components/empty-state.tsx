import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons'

interface Props {
  icon: IconName
  title: ReactNode
  text: ReactNode
  /** One primary button, at most one other. */
  actions?: ReactNode
  level?: 'h1' | 'h2' | 'h3'
  className?: string
}

/** Says what will be here and how to get it. */
export function EmptyState({ icon, title, text, actions, level: Level = 'h2', className }: Props) {
  return (
    <div className={className ? `empty ${className}` : 'empty'}>
      <span className="pic">
        <Icon name={icon} />
      </span>
      <Level>{title}</Level>
      <p>{text}</p>
      {actions && <div className="row wrap mt-2.5 justify-center">{actions}</div>}
    </div>
  )
}
