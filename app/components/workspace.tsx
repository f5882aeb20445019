import clsx from 'clsx'
import type { ReactNode } from 'react'

/**
 * The full-height pages: tools at the left, the picture or the results in the middle, at times more at the right. On a
 * phone all of it is one column; a picture comes first there, then what is `early`, then the result, the rest and the foot.
 */
const COLUMNS = {
  three:
    'grid h-[calc(100dvh-var(--spacing-head))] grid-cols-[296px_minmax(0,1fr)_344px] max-xl:grid-cols-[272px_minmax(0,1fr)_300px] max-lg:grid-cols-[minmax(0,1fr)_320px] max-lg:grid-rows-[minmax(0,1fr)_auto] max-md:flex max-md:h-auto max-md:flex-col 3xl:grid-cols-[340px_minmax(0,1fr)_420px]',
  two: 'grid h-[calc(100dvh-var(--spacing-head))] grid-cols-[348px_minmax(0,1fr)] max-lg:block max-lg:h-auto max-md:flex max-md:flex-col 3xl:grid-cols-[420px_minmax(0,1fr)]',
} as const
const SIDES = {
  /** Tools at the left. */
  tools:
    'flex flex-col overflow-auto border-line border-r max-lg:col-span-2 max-lg:row-start-2 max-lg:max-h-[42vh] max-lg:border-t max-lg:border-r-0 max-md:contents',
  /** The same where only a picture stands beside it. */
  'few-tools': 'flex flex-col overflow-auto border-line border-r max-lg:border-t max-lg:border-r-0 max-md:contents',
  queue: 'flex flex-col overflow-auto border-line border-r max-lg:border-t max-lg:border-r-0 max-md:order-2',
  result:
    'flex flex-col overflow-hidden border-line border-l max-md:order-3 max-md:flex-none max-md:border-t max-md:border-b max-md:border-l-0',
} as const

export function Workspace({ columns, children }: { columns: keyof typeof COLUMNS; children: ReactNode }) {
  return <div className={clsx('bg-surface', COLUMNS[columns])}>{children}</div>
}

interface SideProps {
  kind: keyof typeof SIDES
  label: string
  /** Nothing is in it yet: left out on a phone. */
  empty?: boolean
  children: ReactNode
}

export function Side({ kind, label, empty, children }: SideProps) {
  return (
    <aside className={clsx(SIDES[kind], empty && 'max-md:hidden')} aria-label={label}>
      {children}
    </aside>
  )
}

const PHONE = { early: 'max-md:order-2', late: 'max-md:order-4', here: '' } as const

interface SectionProps {
  title?: ReactNode
  note?: ReactNode
  /** Where it goes among the parts of the page on a phone. */
  phone?: keyof typeof PHONE
  children?: ReactNode
}

/** A part of a side, with a hairline below. */
export function Section({ title, note, phone = 'here', children }: SectionProps) {
  return (
    <div className={clsx('grid gap-2.5 border-line border-b px-4 py-3.5', PHONE[phone])}>
      {title && (
        <h2 className="flex items-center justify-between text-13">
          {title}
          {note}
        </h2>
      )}
      {children}
    </div>
  )
}

const FEET = {
  sticky: 'sticky bottom-0 border-t',
  /** On a phone the last of the page's parts, or the end of the result. */
  last: 'sticky bottom-0 border-t max-md:static max-md:order-5 max-md:border-t-0',
  end: 'sticky bottom-0 border-t max-md:static',
} as const

export function Foot({ kind, two, children }: { kind: keyof typeof FEET; two?: boolean; children: ReactNode }) {
  return (
    <div
      className={clsx(
        'mt-auto grid gap-2 border-line bg-surface px-4 py-3',
        two && 'grid-cols-2 [&_:is(a,button)]:px-1.5',
        FEET[kind],
      )}
    >
      {children}
    </div>
  )
}

/** The results beside a queue. */
export const mainLook = 'flex flex-col overflow-auto bg-bg'

/** What lies behind a picture. */
export const stageLook =
  'relative min-w-0 overflow-hidden bg-stage bg-[radial-gradient(circle_at_1px_1px,var(--color-stage-dot)_1px,transparent_1.2px)] bg-size-[20px_20px] max-md:order-1'

/** How high a picture stands where it is all there is beside the tools. */
export const aloneLook = 'max-lg:h-[76dvh] max-lg:min-h-140'

/** The stage before there is a picture. */
export function EmptyStage({ alone, children }: { alone?: boolean; children: ReactNode }) {
  return (
    <div
      className={clsx(
        stageLook,
        'grid place-items-center max-md:block max-md:h-auto max-md:min-h-0 max-md:w-full max-md:p-3',
        alone && aloneLook,
      )}
    >
      {children}
    </div>
  )
}

/** The way back to where a page was opened from. */
export const backLook = 'flex items-center gap-2 border-line border-b px-4 py-2 text-13'
