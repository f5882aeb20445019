'use client'

import clsx from 'clsx'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Button, type ButtonLook } from './button'
import { Icon, type IconName } from './icons'

const LIST = 'absolute z-20 grid min-w-45 rounded-[10px] border border-line bg-surface p-1 shadow-2'
const ITEM =
  'flex min-h-[34px] items-center gap-2 whitespace-nowrap rounded-md px-2.5 text-13 hover:bg-hover hover:no-underline focus-visible:bg-hover focus-visible:-outline-offset-2 aria-disabled:cursor-not-allowed aria-disabled:text-ink-3 max-md:min-h-11'
const SIDES = { left: 'left-0', right: 'right-0' } as const

export interface MenuItem {
  label: string
  icon?: IconName
  danger?: boolean
  /** A link; with `download` a file. */
  href?: string
  download?: boolean | string
  run?(): void
  disabledReason?: string
}

interface Props extends ButtonLook {
  items: readonly MenuItem[]
  /** Text of the button; without it the button shows its icon only and is called `label`. */
  text?: string
  label: string
  up?: boolean
  align?: 'left' | 'right'
  disabledReason?: string
  className?: string
}

/** A button that opens a short list of actions; arrows move, Escape closes. */
export function Menu({ items, text, label, up, align = 'right', disabledReason, className, ...look }: Props) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()

  useEffect(() => {
    if (!open) return
    list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    const away = (e: PointerEvent) => !root.current?.contains(e.target as Node) && setOpen(false)
    addEventListener('pointerdown', away)
    return () => removeEventListener('pointerdown', away)
  }, [open])

  const close = () => {
    setOpen(false)
    root.current?.querySelector('button')?.focus()
  }
  const keys = (e: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    const at = all.indexOf(document.activeElement as HTMLElement)
    const go: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }
    if (e.key in go) all[(go[e.key] + all.length) % all.length]?.focus()
    else if (e.key === 'Escape') close()
    else if (e.key === 'Tab') setOpen(false)
    if (e.key in go || e.key === 'Escape') {
      e.preventDefault()
      e.stopPropagation()
    }
  }

  return (
    <div className={clsx('relative inline-flex [&>button]:flex-1', className)} ref={root}>
      <Button
        {...look}
        label={text ? undefined : label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        disabledReason={disabledReason}
        onClick={() => setOpen(!open)}
      >
        {text}
      </Button>
      {open && (
        <div
          ref={list}
          id={id}
          role="menu"
          aria-label={label}
          className={clsx(LIST, up ? 'bottom-[calc(100%+6px)]' : 'top-[calc(100%+6px)]', SIDES[align])}
          onKeyDown={keys}
        >
          {items.map((item) => {
            const content = (
              <>
                {item.icon && <Icon name={item.icon} />}
                {item.label}
              </>
            )
            const choose = () => {
              if (item.disabledReason) return
              close()
              item.run?.()
            }
            return item.href ? (
              <a
                key={item.label}
                role="menuitem"
                className={clsx(ITEM, 'text-ink')}
                tabIndex={-1}
                href={item.href}
                download={item.download}
                onClick={() => setTimeout(close)}
              >
                {content}
              </a>
            ) : (
              <button
                key={item.label}
                type="button"
                role="menuitem"
                tabIndex={-1}
                className={clsx(ITEM, item.danger ? 'text-err' : 'text-ink')}
                aria-disabled={item.disabledReason ? true : undefined}
                title={item.disabledReason}
                onClick={choose}
              >
                {content}
              </button>
            )
          })}
        </div>
      )}
    </div>
  )
}
