'use client'

import clsx from 'clsx'
import { AlertDialog, Dialog as RadixDialog } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { Button } from './button'

const SCRIM = 'fixed inset-0 z-50 grid bg-[rgba(12,12,24,0.46)]'
const PANEL = 'max-h-[calc(100dvh-32px)] overflow-auto bg-surface p-5 shadow-3 max-md:p-[18px]'
const ACTIONS = 'mt-[18px] flex justify-end gap-2 max-md:flex-col-reverse max-md:[&_:is(a,button)]:w-full'
const CENTRED = 'place-items-center p-4'
const LOOKS = {
  dialog: { scrim: CENTRED, panel: 'rounded-[14px]' },
  sheet: {
    scrim: 'p-4 md:place-items-center max-md:items-end max-md:justify-items-stretch max-md:p-0',
    panel: 'rounded-[14px] max-md:w-full max-md:rounded-b-none max-md:pb-[calc(18px+env(safe-area-inset-bottom))]',
  },
} as const
const WIDTHS = { narrow: 'w-[min(440px,100%)]', wide: 'w-[min(720px,100%)]', picture: 'w-[min(1100px,100%)]' } as const

interface ConfirmProps {
  open: boolean
  onClose(): void
  /** Names the object. */
  title: ReactNode
  /** What is lost, what stays. */
  children: ReactNode
  /** The verb that cannot be undone, with its object. */
  confirm: string
  onConfirm(): void
  busy?: boolean
  /** The safe choice names the thing that goes on; "cancel" without. */
  safe?: string
  /** A third way out, at the left. */
  other?: ReactNode
}

/** Before something that cannot be undone. The focus is on the safe button; Escape and a click beside it are safe. */
export function ConfirmDialog({ open, onClose, title, children, confirm, onConfirm, busy, safe, other }: ConfirmProps) {
  const t = useTexts(common)
  const safeButton = useRef<HTMLDivElement>(null)
  return (
    <AlertDialog.Root open={open} onOpenChange={(o) => !o && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={clsx(SCRIM, CENTRED)} onClick={onClose}>
          <AlertDialog.Content
            className={clsx(PANEL, LOOKS.dialog.panel, WIDTHS.narrow)}
            onClick={(e) => e.stopPropagation()}
            onOpenAutoFocus={(e) => {
              e.preventDefault()
              safeButton.current?.querySelector('button')?.focus()
            }}
          >
            <AlertDialog.Title asChild>
              <h2 className="mb-1.5">{title}</h2>
            </AlertDialog.Title>
            <AlertDialog.Description asChild>
              <div className="text-13 leading-[21px] text-ink-2">{children}</div>
            </AlertDialog.Description>
            <div className={ACTIONS}>
              {other}
              {other && <span className="min-w-0 flex-1 max-md:hidden" />}
              <div className="contents" ref={safeButton}>
                <Button onClick={onClose}>{safe ?? t.cancel}</Button>
              </div>
              <Button variant="danger-solid" onClick={onConfirm} busy={busy}>
                {confirm}
              </Button>
            </div>
          </AlertDialog.Content>
        </AlertDialog.Overlay>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

interface DialogProps {
  open: boolean
  onClose(): void
  title: ReactNode
  children: ReactNode
  /** Buttons at the foot. */
  actions?: ReactNode
  /** `sheet` rises from the lower edge on a phone. */
  look?: 'dialog' | 'sheet'
  width?: keyof typeof WIDTHS
}

/** A window over the page that closes by Escape, its cross or a click beside it. */
export function Dialog({ open, onClose, title, children, actions, look = 'dialog', width = 'narrow' }: DialogProps) {
  const t = useTexts(common)
  return (
    <RadixDialog.Root open={open} onOpenChange={(o) => !o && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={clsx(SCRIM, LOOKS[look].scrim)}>
          <RadixDialog.Content className={clsx(PANEL, LOOKS[look].panel, WIDTHS[width])} aria-describedby={undefined}>
            <div className="mb-2 flex items-start justify-between gap-2">
              <RadixDialog.Title asChild>
                <h2 className="mb-1.5">{title}</h2>
              </RadixDialog.Title>
              <Button size="s" variant="ghost" icon="close" label={t.close} onClick={onClose} />
            </div>
            {children}
            {actions && <div className={ACTIONS}>{actions}</div>}
          </RadixDialog.Content>
        </RadixDialog.Overlay>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}
