'use client'

import clsx from 'clsx'
import Link from 'next/link'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { Icon, type IconName, Spinner } from './icons'

export interface ButtonLook {
  /** One primary per view; `danger-solid` only in the dialog that confirms. */
  variant?: 'secondary' | 'primary' | 'ghost' | 'danger' | 'danger-solid'
  size?: 's' | 'm' | 'l'
  icon?: IconName
  full?: boolean
}

export function buttonClass({ variant = 'secondary', size = 'm', full }: ButtonLook, iconOnly: boolean): string {
  return clsx('btn', size !== 'm' && size, full && 'full', iconOnly && 'ic', {
    p: variant === 'primary',
    g: variant === 'ghost',
    d: variant === 'danger' || variant === 'danger-solid',
    solid: variant === 'danger-solid',
  })
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
