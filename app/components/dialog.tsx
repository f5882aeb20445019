'use client'

import { AlertDialog, Dialog as RadixDialog } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { common } from '../i18n/common'
import { useTexts } from '../i18n/language'
import { Button } from './button'

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
        <AlertDialog.Overlay className="scrim" onClick={onClose}>
          <AlertDialog.Content
            className="dialog"
            onClick={(e) => e.stopPropagation()}
            onOpenAutoFocus={(e) => {
              e.preventDefault()
              safeButton.current?.querySelector('button')?.focus()
            }}
          >
            <AlertDialog.Title asChild>
              <h2>{title}</h2>
            </AlertDialog.Title>
            <AlertDialog.Description asChild>
              <div className="text">{children}</div>
            </AlertDialog.Description>
            <div className="acts">
              {other}
              {other && <span className="grow hide-s" />}
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
  wide?: boolean
}

/** A window over the page that closes by Escape, its cross or a click beside it. */
export function Dialog({ open, onClose, title, children, actions, look = 'dialog', wide }: DialogProps) {
  const t = useTexts(common)
  return (
    <RadixDialog.Root open={open} onOpenChange={(o) => !o && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={look === 'sheet' ? 'scrim sheet-scrim' : 'scrim'}>
          <RadixDialog.Content className={`dialog ${look} ${wide ? 'wide' : ''}`} aria-describedby={undefined}>
            <div className="row between mb-2 items-start">
              <RadixDialog.Title asChild>
                <h2>{title}</h2>
              </RadixDialog.Title>
              <Button size="s" variant="ghost" icon="close" label={t.close} onClick={onClose} />
            </div>
            {children}
            {actions && <div className="acts">{actions}</div>}
          </RadixDialog.Content>
        </RadixDialog.Overlay>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}
