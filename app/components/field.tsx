'use client'

import { type ReactNode, useId } from 'react'

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
    <div className={className ? `field ${className}` : 'field'}>
      <label htmlFor={id}>
        <span>{label}</span>
        {value !== undefined && <span className="mono">{value}</span>}
      </label>
      {children({ id, describedBy: note ? noteId : undefined, invalid: Boolean(error) })}
      {note && (
        <p className="help" id={noteId} style={error ? { color: 'var(--err)' } : undefined}>
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
          className={invalid ? 'in bad' : 'in'}
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
          className="in"
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
