'use client'

import type { CSSProperties } from 'react'

interface Props {
  value: number
  min: number
  max: number
  step: number
  onChange(value: number): void
  id?: string
  /** Name, where no <label> points at `id`. */
  label?: string
  describedBy?: string
  /** What a screen reader says for the value, such as "0.20". */
  valueText?: string
}

export function Slider({ value, min, max, step, onChange, id, label, describedBy, valueText }: Props) {
  return (
    <input
      type="range"
      id={id}
      min={min}
      max={max}
      step={step}
      value={value}
      aria-label={label}
      aria-describedby={describedBy}
      aria-valuetext={valueText}
      style={{ '--share': `${((value - min) / (max - min)) * 100}%` } as CSSProperties}
      onChange={(e) => onChange(Number(e.target.value))}
    />
  )
}
