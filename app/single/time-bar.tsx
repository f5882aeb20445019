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
    [t.decode, timings.decode, 'var(--color-chart-3)'],
    [t.preprocess, timings.preprocess, 'var(--color-chart-2)'],
    [t.network, timings.network, 'var(--color-chart-1)'],
    [t.postprocess, timings.postprocess, 'var(--color-chart-4)'],
  ] as const
  return (
    <>
      <div className="flex h-2 gap-px overflow-hidden rounded-[4px]" aria-hidden="true">
        {parts.map(([name, ms, color]) => (
          <i key={name} style={{ flex: Math.max(ms, 0.5), background: color }} />
        ))}
      </div>
      <div className="flex flex-wrap gap-x-3 gap-y-[3px] text-12 text-ink-2">
        {parts.map(([name, ms, color], i) => (
          <span key={name}>
            <i className="mr-[5px] inline-block size-2 rounded-[2px]" style={{ background: color }} />
            {name} {show(ms)}
            {i === parts.length - 1 && (inSeconds ? ' s' : ' ms')}
          </span>
        ))}
      </div>
    </>
  )
}
