'use client'

import clsx from 'clsx'
import { useDeferredValue, useEffect, useId, useMemo, useState } from 'react'
import { Slider } from '../components/slider'
import { Section } from '../components/workspace'
import { useFormat, useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { BINS, histogram, scoreColor } from './score-colors'

interface Props {
  value: number
  onChange(value: number): void
  /** The value comes from the model's calibration, not from the default. */
  calibrated: boolean
  /** Scores of all candidates; undefined before a detection. */
  scores?: readonly number[]
  kept: number
}

const ANNOUNCE_MS = 1000

/** The threshold with the scores of all candidates above it; moving it asks nothing of the server. */
export function ThresholdSection({ value, onChange, calibrated, scores, kept }: Props) {
  const t = useTexts(single)
  const format = useFormat()
  const id = useId()
  const bins = useMemo(() => (scores ? histogram(scores) : undefined), [scores])
  const most = bins ? Math.sqrt(Math.max(1, ...bins)) : 1

  // Screen readers hear the count when the slider rests, at most once a second.
  const settled = useDeferredValue(kept)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (!scores) return setSaid('')
    const timer = setTimeout(() => setSaid(t.kept(format.count(settled))), ANNOUNCE_MS)
    return () => clearTimeout(timer)
  }, [settled, scores, t, format])

  return (
    <Section
      phone="early"
      title={<label htmlFor={id}>{t.threshold}</label>}
      note={scores && <span className="text-12 font-normal text-ink-3">{t.atOnce}</span>}
    >
      <div className="grid">
        <div className="flex items-baseline gap-2">
          <b className="text-24 font-semibold tracking-[-0.02em]" data-testid="threshold">
            {value.toFixed(2)}
          </b>
          <span className="text-ink-2 text-12">
            {scores ? (
              <>
                <span data-testid="kept">{format.count(kept)}</span> / {format.count(scores.length)} {t.boxes}
              </>
            ) : calibrated ? (
              t.ofModel
            ) : (
              value === 0.2 && t.usual
            )}
          </span>
        </div>
        {bins && (
          <div className="flex h-10 items-end gap-px px-2" aria-hidden="true">
            {bins.map((n, i) => (
              <i
                // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
                key={i}
                className={clsx('min-h-px flex-1 rounded-t-[1.5px]', (i + 1) / BINS <= value + 0.001 && 'opacity-28')}
                style={{
                  height: `${n ? 10 + (90 * Math.sqrt(n)) / most : 2}%`,
                  background: n ? scoreColor((i + 0.5) / BINS) : 'var(--color-line)',
                }}
              />
            ))}
          </div>
        )}
        <Slider id={id} min={0} max={1} step={0.01} value={value} valueText={value.toFixed(2)} onChange={onChange} />
        <div className="flex justify-between px-1 text-11 text-ink-3">
          <span>{t.more}</span>
          <span>{t.fewer}</span>
        </div>
        <span className="sr-only" role="status">
          {said}
        </span>
      </div>
    </Section>
  )
}
