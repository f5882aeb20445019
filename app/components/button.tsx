'use client'

import clsx from 'clsx'
import Link from 'next/link'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { Icon, type IconName, Spinner } from './icons'

const BASE =
  'inline-flex items-center justify-center border font-medium whitespace-nowrap transition-colors hover:no-underline active:translate-y-[0.5px]'
const DISABLED =
  'disabled:cursor-not-allowed disabled:border-line disabled:bg-hover disabled:text-ink-3 disabled:shadow-none aria-disabled:cursor-not-allowed aria-disabled:border-line aria-disabled:bg-hover aria-disabled:text-ink-3 aria-disabled:shadow-none'
const QUIET =
  'border-transparent not-aria-disabled:not-disabled:hover:bg-hover not-aria-disabled:not-disabled:hover:text-ink disabled:cursor-not-allowed disabled:text-ink-3 disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:text-ink-3 aria-disabled:opacity-55'
const VARIANTS = {
  secondary: `border-line bg-surface text-ink shadow-1 hover:bg-hover ${DISABLED}`,
  primary: `border-brand bg-brand text-on-brand shadow-1 hover:border-brand-hover hover:bg-brand-hover ${DISABLED}`,
  ghost: `text-ink-2 ${QUIET}`,
  /** On the bar that floats over a picture: can be pressed, and is as large as a finger on a phone. */
  tool: `text-ink-2 aria-pressed:bg-brand-soft aria-pressed:text-brand-ink ${QUIET}`,
  danger: `border-line bg-surface text-err shadow-1 hover:bg-hover ${DISABLED}`,
  'danger-solid': `border-danger bg-danger text-white shadow-1 ${DISABLED}`,
  /** Joined to the right end of a field. */
  joined: `-ml-px border-field bg-surface text-ink shadow-1 hover:bg-hover ${DISABLED}`,
} as const
const SIZES = {
  s: {
    look: 'h-7 gap-1.5 rounded-md text-12',
    text: 'px-[9px]',
    icon: 'w-7',
    phone: 'max-md:h-9',
    phoneIcon: 'max-md:w-9',
  },
  m: {
    look: 'h-8 gap-1.5 rounded-md text-13',
    text: 'px-3',
    icon: 'w-8',
    phone: 'max-md:h-10',
    phoneIcon: 'max-md:w-10',
  },
  l: {
    look: 'h-10 gap-1.5 rounded-lg text-14',
    text: 'px-[18px]',
    icon: 'w-10',
    phone: 'max-md:h-[46px]',
    phoneIcon: 'max-md:w-[46px]',
  },
  joined: {
    look: 'h-[34px] gap-1.5 rounded-r-md text-13',
    text: 'px-3',
    icon: 'w-8',
    phone: 'max-md:h-11',
    phoneIcon: '',
  },
  tool: {
    look: 'h-7 gap-1.5 rounded-md text-12',
    text: 'px-[9px]',
    icon: 'w-7',
    phone: 'max-md:h-10',
    phoneIcon: 'max-md:w-10',
  },
} as const

export interface ButtonLook {
  /** One primary per view; `danger-solid` only in the dialog that confirms. */
  variant?: keyof typeof VARIANTS
  size?: 's' | 'm' | 'l'
  icon?: IconName
  full?: boolean
}

export function buttonClass({ variant = 'secondary', size = 'm', full }: ButtonLook, iconOnly: boolean): string {
  const { look, text, icon, phone, phoneIcon } = SIZES[variant === 'joined' || variant === 'tool' ? variant : size]
  return clsx(BASE, VARIANTS[variant], look, phone, iconOnly ? [icon, phoneIcon] : text, full && 'w-full')
}

interface Props extends ButtonLook, Omit<ComponentProps<'button'>, 'children'> {
  children?: ReactNode
  /** Name of a button that shows an icon only; also its tooltip. */
  label?: string
  /** Shows a spinner in the icon's place and takes no clicks. */
  busy?: boolean
  /** Why it cannot be used now; it stays focusable and says so. */
  disabledReason?: string
}

export function Button({
  variant,
  size,
  icon,
  full,
  label,
  busy,
  disabledReason,
  children,
  className,
  onClick,
  title,
  type = 'button',
  ...rest
}: Props) {
  const blocked = Boolean(disabledReason) || busy
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (blocked) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <button
      {...rest}
      type={type}
      className={clsx(buttonClass({ variant, size, full }, !children), className)}
      aria-label={label}
      aria-disabled={disabledReason ? true : undefined}
      aria-busy={busy || undefined}
      title={disabledReason ?? title ?? label}
      onClick={click}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

interface LinkProps extends ButtonLook {
  href: string
  children?: ReactNode
  label?: string
  /** A file to save: a plain link, which the browser downloads. */
  download?: boolean | string
  /** A page that is loaded anew, since it comes with headers of its own. */
  reload?: boolean
  className?: string
  onClick?: () => void
}

export function ButtonLink({
  href,
  variant,
  size,
  icon,
  full,
  label,
  download,
  reload,
  children,
  className,
  onClick,
}: LinkProps) {
  const props = {
    href,
    className: clsx(buttonClass({ variant, size, full }, !children), className),
    'aria-label': label,
    title: label,
    onClick,
  }
  const content = (
    <>
      {icon && <Icon name={icon} />}
      {children}
    </>
  )
  return download !== undefined || reload ? (
    <a {...props} download={download}>
      {content}
    </a>
  ) : (
    <Link {...props}>{content}</Link>
  )
}
