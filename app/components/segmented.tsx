'use client'

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
    <div className={full ? 'seg full' : 'seg'} role="group" aria-label={label}>
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
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
