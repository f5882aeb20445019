import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

export const cardLook = 'rounded-xl border border-line bg-surface shadow-1'

interface Props extends Omit<ComponentProps<'section'>, 'title'> {
  title?: ReactNode
  /** At the right end of the title row. */
  actions?: ReactNode
  /** Content to the edges, for tables, logs and what spaces itself. */
  flush?: boolean
}

export function Card({ title, actions, children, className, flush, ...rest }: Props) {
  return (
    <section {...rest} className={clsx(cardLook, className)}>
      {(title || actions) && (
        <div className="flex min-h-11 items-center gap-2 py-1.5 pr-2 pl-4 [&>:last-child:not(button,a,[role=group])]:mr-2">
          <h3 className="mr-auto">{title}</h3>
          {actions}
        </div>
      )}
      {flush ? children : <div className="px-4 pb-4">{children}</div>}
    </section>
  )
}
