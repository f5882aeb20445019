'use client'

import { useDeferredValue, useEffect, useId, useMemo, useState } from 'react'
import { Slider } from '../components/slider'
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
    <div className="sec early">
      <h2>
        <label htmlFor={id}>{t.threshold}</label>
        {scores && <span className="small dim">{t.atOnce}</span>}
      </h2>
      <div className="thr">
        <div className="big">
          <b data-testid="threshold">{value.toFixed(2)}</b>
          <span className="t2 small">
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
          <div className="hist" aria-hidden="true">
            {bins.map((n, i) => (
              <i
                // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
                key={i}
                className={(i + 1) / BINS <= value + 0.001 ? 'off' : undefined}
                style={{
                  height: `${n ? 10 + (90 * Math.sqrt(n)) / most : 2}%`,
                  background: n ? scoreColor((i + 0.5) / BINS) : 'var(--line)',
                }}
              />
            ))}
          </div>
        )}
        <Slider id={id} min={0} max={1} step={0.01} value={value} valueText={value.toFixed(2)} onChange={onChange} />
        <div className="scale">
          <span>{t.more}</span>
          <span>{t.fewer}</span>
        </div>
        <span className="sr" role="status">
          {said}
        </span>
      </div>
    </div>
  )
}
