'use client'

import { useEffect, useState } from 'react'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { frameLook, PictureGrid } from '../components/picture-grid'
import { Slider } from '../components/slider'
import { useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import type { RunSeries } from './run-series'

const PLAY_MS = 900

/** Address of a validation picture that an `evaluated` event names by its path in the run directory. */
function sampleUrl(runId: string, file: string): string {
  return `/api/runs/${runId}/samples/${encodeURIComponent(file.replace(/^.*\//, ''))}`
}

/** The same validation pictures epoch by epoch, with a scrubber. */
export function SamplesCard({ series, runId }: { series: RunSeries; runId: string }) {
  const t = useTexts(train)
  const shown = series.evaluations.filter((e) => e.samples.length > 0)
  const [chosen, setChosen] = useState<number | null>(null)
  const [playing, setPlaying] = useState(false)
  const at = Math.min(chosen ?? shown.length - 1, shown.length - 1)

  useEffect(() => {
    if (!playing) return
    const timer = setInterval(() => {
      setChosen((c) => {
        const next = (c ?? -1) + 1
        if (next < shown.length) return next
        setPlaying(false)
        return null
      })
    }, PLAY_MS)
    return () => clearInterval(timer)
  }, [playing, shown.length])

  if (shown.length === 0)
    return (
      <Card title={t.validationPictures}>
        <p className="text-12 text-ink-3 grid min-h-40 place-items-center text-center">{t.picturesLater}</p>
      </Card>
    )
  const evaluation = shown[at]
  return (
    <Card
      title={t.validationPictures}
      actions={
        <>
          <span className="text-12 text-ink-2 whitespace-nowrap">
            {t.epochSlider} <b>{evaluation.epoch}</b>
          </span>
          {shown.length > 1 && (
            <>
              <span className="w-36">
                <Slider
                  value={at}
                  min={0}
                  max={shown.length - 1}
                  step={1}
                  label={t.epochSlider}
                  valueText={String(evaluation.epoch)}
                  onChange={(v) => {
                    setPlaying(false)
                    setChosen(v === shown.length - 1 ? null : v)
                  }}
                />
              </span>
              <Button
                size="s"
                variant="ghost"
                icon={playing ? 'pause' : 'play'}
                label={t.play}
                aria-pressed={playing}
                onClick={() => {
                  if (!playing) setChosen(0)
                  setPlaying(!playing)
                }}
              />
            </>
          )}
        </>
      }
    >
      <PictureGrid columns="three">
        {evaluation.samples.slice(0, 6).map((file) => (
          <figure key={file.replace(/epoch[_-]?\d+/i, '')} className="min-w-0">
            <a className={frameLook} href={sampleUrl(runId, file)} target="_blank" rel="noreferrer">
              {/* biome-ignore lint/performance/noImgElement: pictures of the own server, already small */}
              <img src={sampleUrl(runId, file)} alt={file.replace(/^.*\//, '')} className="size-full object-contain" />
            </a>
          </figure>
        ))}
      </PictureGrid>
    </Card>
  )
}
