import clsx from 'clsx'
import type { ComponentProps } from 'react'

/** On a phone each row is a block of lines, each with its name. */
export function StackedTable(props: ComponentProps<'table'>) {
  return (
    <table
      {...props}
      className="max-md:block max-md:[&_tbody]:block max-md:[&_thead]:hidden max-md:[&_tr]:relative max-md:[&_tr]:grid max-md:[&_tr]:grid-cols-2 max-md:[&_tr]:gap-x-6 max-md:[&_tr]:border-line max-md:[&_tr]:border-b max-md:[&_tr]:px-4 max-md:[&_tr]:py-3"
    />
  )
}

const BLOCK = 'max-md:flex max-md:gap-3 max-md:border-0 max-md:px-0 max-md:py-0.5'
const NAMED =
  'max-md:justify-between max-md:text-right max-md:before:flex-none max-md:before:text-left max-md:before:text-12 max-md:before:text-ink-3 max-md:before:content-[attr(data-h)]'
/** What a cell becomes on a phone. */
const PHONE = {
  line: `${BLOCK} ${NAMED}`,
  wide: `${BLOCK} ${NAMED} max-md:col-span-full`,
  title: `${BLOCK} max-md:col-span-full`,
  actions: 'max-md:col-span-full max-md:flex max-md:gap-2 max-md:border-0 max-md:px-0 max-md:pt-2 max-md:pb-0.5',
  corner: 'max-md:absolute max-md:top-0.5 max-md:right-1.5 max-md:border-0 max-md:px-0 max-md:pt-2 max-md:pb-0.5',
  hidden: 'max-md:hidden',
} as const

interface CellProps extends ComponentProps<'td'> {
  /** Name of the column, for phones. */
  name?: string
  num?: boolean
  phone?: keyof typeof PHONE
}

export function StackedCell({ name, num, phone = name ? 'line' : 'title', className, ...rest }: CellProps) {
  return <td {...rest} data-h={name} className={clsx(num && 'text-right', PHONE[phone], className)} />
}
