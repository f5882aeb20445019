'use client'

import clsx from 'clsx'
import { Icon, type IconName } from './icons'

interface Props<V extends string> {
  value: V
  onChange(value: V): void
  /** Name of the group. */
  label: string
  options: readonly { value: V; label: string; icon?: IconName }[]
  full?: boolean
}

/** Two or three views of one thing. With `icon` the label becomes name and tooltip. */
export function Segmented<V extends string>({ value, onChange, label, options, full }: Props<V>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline with its buttons
    <div
      className={clsx('gap-0.5 rounded-lg bg-seg p-0.5', full ? 'flex' : 'inline-flex')}
      role="group"
      aria-label={label}
    >
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          className={clsx(
            'inline-flex h-7 items-center justify-center gap-1.5 whitespace-nowrap rounded-md text-13 font-medium text-ink-2 aria-pressed:bg-seg-on aria-pressed:text-ink aria-pressed:shadow-[0_1px_2px_rgba(23,23,43,0.12)] max-md:h-9',
            full ? 'flex-1 px-1' : 'px-2.5',
          )}
          aria-pressed={o.value === value}
          aria-label={o.icon && o.label}
          title={o.icon && o.label}
          onClick={() => onChange(o.value)}
        >
          {o.icon ? <Icon name={o.icon} /> : o.label}
        </button>
      ))}
    </div>
  )
}
