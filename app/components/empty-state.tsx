import clsx from 'clsx'
import type { ReactNode } from 'react'
import { cardLook } from './card'
import { Icon, type IconName } from './icons'

export const emptyLook = 'grid justify-items-center gap-1.5 text-center text-ink-2'
const ROOM = { s: 'px-6 py-10', m: 'px-6 py-14', l: 'px-6 py-18' } as const

interface Props {
  icon: IconName
  title: ReactNode
  text: ReactNode
  /** One primary button, at most one other. */
  actions?: ReactNode
  level?: 'h1' | 'h2' | 'h3'
  /** A card of its own. */
  card?: boolean
  room?: keyof typeof ROOM
  className?: string
}

/** Says what will be here and how to get it. */
export function EmptyState({ icon, title, text, actions, level: Level = 'h2', card, room = 's', className }: Props) {
  return (
    <div className={clsx(emptyLook, ROOM[room], card && cardLook, className)}>
      <span className="mb-2 grid size-14 place-items-center rounded-2xl bg-brand-soft text-brand-ink [&_svg]:size-[26px] [&_svg]:stroke-[1.4]">
        <Icon name={icon} />
      </span>
      <Level className="text-ink">{title}</Level>
      <p className="max-w-[44ch] text-13 leading-[21px]">{text}</p>
      {actions && <div className="mt-2.5 flex flex-wrap items-center justify-center gap-2">{actions}</div>}
    </div>
  )
}
