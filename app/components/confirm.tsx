'use client'

import dynamic from 'next/dynamic'
import type { ComponentProps } from 'react'
import type { ConfirmDialog } from './dialog'

const LazyConfirm = dynamic(() => import('./dialog').then((m) => m.ConfirmDialog), { ssr: false })

/** `ConfirmDialog` whose code comes when it first opens. */
export function Confirm(props: ComponentProps<typeof ConfirmDialog>) {
  return props.open ? <LazyConfirm {...props} /> : null
}
