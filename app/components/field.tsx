'use client'

import clsx from 'clsx'
import { type ReactNode, useId } from 'react'

const INPUT =
  'border bg-surface text-13 transition-colors focus-visible:border-brand focus-visible:outline-none focus-visible:ring-3 focus-visible:ring-brand-line max-md:text-16'
const INPUT_LOOKS = {
  full: 'h-[34px] w-full rounded-md px-2.5 max-md:h-11',
  /** A button follows at its right end. */
  joined: 'h-[34px] w-full rounded-l-md px-2.5 font-mono max-md:h-11',
  number: 'h-[34px] w-21 rounded-md px-2.5 text-right max-md:h-11',
  short: 'h-[34px] w-full rounded-md px-2.5 text-right max-md:h-11',
  search: 'h-[34px] w-55 rounded-md pr-2.5 pl-8 max-md:h-11',
  select:
    'h-[34px] w-full appearance-none rounded-md bg-(image:--chevron) bg-size-[14px] bg-[position:right_9px_center] bg-no-repeat pr-[30px] pl-2.5 text-ellipsis max-md:h-11',
  /** A choice on a bar that has an edge of its own. */
  bare: 'h-7 w-48 appearance-none rounded-md border-0 bg-(image:--chevron) bg-size-[14px] bg-[position:right_9px_center] bg-no-repeat pr-[30px] pl-2.5 text-ellipsis',
} as const
const VALID = { yes: 'border-field hover:border-ink-2', no: 'border-err ring-1 ring-err' } as const

export function inputClass(look: keyof typeof INPUT_LOOKS = 'full', invalid = false): string {
  return clsx(INPUT, INPUT_LOOKS[look], VALID[invalid ? 'no' : 'yes'])
}

export const labelLook = 'flex items-baseline justify-between gap-2 text-13 font-medium'

interface FieldProps {
  label: ReactNode
  /** Shown at the right end of the label line, such as the value of a slider. */
  value?: ReactNode
  help?: ReactNode
  /** Takes the place of the help. */
  error?: string
  className?: string
  children(ids: { id: string; describedBy: string | undefined; invalid: boolean }): ReactNode
}

/** Label above, control, help or error below, joined for screen readers. */
export function Field({ label, value, help, error, className, children }: FieldProps) {
  const id = useId()
  const note = error ?? help
  const noteId = `${id}-note`
  return (
    <div className={clsx('grid content-start gap-1.5', className)}>
      <label htmlFor={id} className={labelLook}>
        <span>{label}</span>
        {value !== undefined && <span className="font-mono text-[12px]">{value}</span>}
      </label>
      {children({ id, describedBy: note ? noteId : undefined, invalid: Boolean(error) })}
      {note && (
        <p className={clsx('text-12', error ? 'text-err' : 'text-ink-3')} id={noteId}>
          {note}
        </p>
      )}
    </div>
  )
}

interface TextFieldProps {
  label: ReactNode
  value: string
  onChange(value: string): void
  onCommit?(): void
  help?: ReactNode
  error?: string
  placeholder?: string
  type?: 'text' | 'password'
  autoComplete?: string
  autoFocus?: boolean
  className?: string
}

export function TextField(props: TextFieldProps) {
  const { label, value, onChange, onCommit, help, error, className, ...rest } = props
  return (
    <Field label={label} help={help} error={error} className={className}>
      {({ id, describedBy, invalid }) => (
        <input
          {...rest}
          id={id}
          className={inputClass('full', invalid)}
          value={value}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          onChange={(e) => onChange(e.target.value)}
          onBlur={onCommit}
        />
      )}
    </Field>
  )
}

interface SelectFieldProps<V extends string> {
  label: ReactNode
  value: V
  options: readonly { value: V; label: string; disabled?: boolean }[]
  onChange(value: V): void
  help?: ReactNode
  error?: string
  className?: string
}

export function SelectField<V extends string>(props: SelectFieldProps<V>) {
  const { label, value, options, onChange, help, error, className } = props
  return (
    <Field label={label} help={help} error={error} className={className}>
      {({ id, describedBy }) => (
        <select
          id={id}
          className={inputClass('select')}
          value={value}
          aria-describedby={describedBy}
          onChange={(e) => onChange(e.target.value as V)}
        >
          {options.map((o) => (
            <option key={o.value} value={o.value} disabled={o.disabled}>
              {o.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
