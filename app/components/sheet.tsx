'use client'

import dynamic from 'next/dynamic'
import type { ComponentProps } from 'react'
import type { Dialog } from './dialog'

const LazyDialog = dynamic(() => import('./dialog').then((m) => m.Dialog), { ssr: false })

/** A dialog that rises from the lower edge on a phone; its code comes when it first opens. */
export function Sheet(props: Omit<ComponentProps<typeof Dialog>, 'look'>) {
  return props.open ? <LazyDialog {...props} look="sheet" /> : null
}
