'use client'

import type { DetectionResult } from '../../detector/detection/types'
import { useTexts } from '../i18n/language'
import { single } from '../i18n/single'

/** Time by stage as one bar with its legend, in milliseconds. */
export function TimeBar({ timings }: { timings: DetectionResult['timings'] }) {
  const t = useTexts(single)
  const total = timings.decode + timings.preprocess + timings.network + timings.postprocess
  const inSeconds = total >= 10_000
  const show = (ms: number) => (inSeconds ? (ms / 1000).toFixed(1) : Math.round(ms))
  const parts = [
    [t.decode, timings.decode, 'var(--c3)'],
    [t.preprocess, timings.preprocess, 'var(--c2)'],
    [t.network, timings.network, 'var(--c1)'],
    [t.postprocess, timings.postprocess, 'var(--c4)'],
  ] as const
  return (
    <>
      <div className="times" aria-hidden="true">
        {parts.map(([name, ms, color]) => (
          <i key={name} style={{ flex: Math.max(ms, 0.5), background: color }} />
        ))}
      </div>
      <div className="legend">
        {parts.map(([name, ms, color], i) => (
          <span key={name}>
            <i style={{ background: color }} />
            {name} {show(ms)}
            {i === parts.length - 1 && (inSeconds ? ' s' : ' ms')}
          </span>
        ))}
      </div>
    </>
  )
}
