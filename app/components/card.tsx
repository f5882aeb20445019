import type { ReactNode } from 'react'

interface Props {
  title?: ReactNode
  /** At the right end of the title row. */
  actions?: ReactNode
  children: ReactNode
  className?: string
  /** Content to the edges, for tables and logs. */
  flush?: boolean
}

export function Card({ title, actions, children, className, flush }: Props) {
  return (
    <section className={className ? `card ${className}` : 'card'}>
      {(title || actions) && (
        <div className="hd">
          <h3>{title}</h3>
          {actions}
        </div>
      )}
      {flush ? children : <div className="bd">{children}</div>}
    </section>
  )
}
