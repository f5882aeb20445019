'use client'

import clsx from 'clsx'
import { useFormat } from '../i18n/language'

/** A gain with its sign, green or red. */
export function GainMark({ gain }: { gain: number }) {
  const format = useFormat()
  return (
    <span className={clsx('font-medium text-13', gain < 0 ? 'text-err' : 'text-ok')}>
      {gain >= 0 ? '+' : ''}
      {format.number(gain, 3)}
    </span>
  )
}
