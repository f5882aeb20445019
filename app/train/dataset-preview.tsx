'use client'

import { useState } from 'react'
import useSWR from 'swr'
import type { DatasetImage, DatasetInfo } from '../../server/api/schemas/dataset'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { request } from '../data/request'
import { useTexts } from '../i18n/language'
import { train } from '../i18n/train'

const SHOWN = 4
/** Width to height of a preview's frame. */
const FRAME = 4 / 3

/** A few pictures of the training part with their boxes; the next few at a click. */
export function DatasetPreview({ dataset }: { dataset: DatasetInfo }) {
  const t = useTexts(train)
  const [page, setPage] = useState(0)
  const total = dataset.report?.train.images ?? 0
  const after = total === 0 ? 0 : (page * SHOWN) % total
  const { data } = useSWR<{ images: DatasetImage[] }>(
    dataset.state === 'ready' || dataset.state === 'invalid'
      ? `/datasets/${dataset.id}/images?split=train&after=${after}&limit=${SHOWN}`
      : null,
    (path: string) => request<{ images: DatasetImage[] }>(path),
    { keepPreviousData: true },
  )
  return (
    <Card
      title={t.preview}
      actions={
        total > SHOWN && (
          <Button size="s" variant="ghost" icon="retry" onClick={() => setPage(page + 1)}>
            {t.shuffle}
          </Button>
        )
      }
    >
      <div className="prev grid-cols-2!">
        {data?.images.map((image) => (
          <figure key={image.name} className="small m-0 min-w-0">
            <div className="ph">
              <div
                className="canvas max-h-full max-w-full"
                style={{
                  aspectRatio: `${image.width}/${image.height}`,
                  ...(image.width > image.height * FRAME ? { width: '100%' } : { height: '100%' }),
                }}
              >
                {/* biome-ignore lint/performance/noImgElement: made small by the own server */}
                <img
                  src={`/api/datasets/${dataset.id}/images/train/${image.index}?size=480`}
                  alt={image.name}
                  loading="lazy"
                  className="block h-full w-full"
                />
                <svg
                  className="ov"
                  viewBox={`0 0 ${image.width} ${image.height}`}
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  {image.boxes.map((box) => (
                    <g key={box.points.join()}>
                      <polygon className="halo" points={box.points.join(' ')} />
                      <polygon
                        points={box.points.join(' ')}
                        style={{
                          stroke: `var(${box.ignored ? '--o2' : '--o4'})`,
                          fill: `var(${box.ignored ? '--o2' : '--o4'})`,
                        }}
                      />
                    </g>
                  ))}
                </svg>
              </div>
            </div>
            <figcaption className="row between">
              <span className="trunc" translate="no">
                {image.name.replace(/^.*\//, '')}
              </span>
              <span className="dim nowrap">{t.boxesOf(String(image.boxes.length))}</span>
            </figcaption>
          </figure>
        ))}
      </div>
    </Card>
  )
}
