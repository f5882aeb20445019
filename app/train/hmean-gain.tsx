'use client'

import { useFormat } from '../i18n/language'

/** A gain with its sign, green or red. */
export function GainMark({ gain }: { gain: number }) {
  const format = useFormat()
  return (
    <span className="delta" style={gain < 0 ? { color: 'var(--err)' } : undefined}>
      {gain >= 0 ? '+' : ''}
      {format.number(gain, 3)}
    </span>
  )
}
