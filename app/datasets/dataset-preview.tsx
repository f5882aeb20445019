'use client'

import { useState } from 'react'
import useSWR from 'swr'
import type { DatasetImage, DatasetInfo } from '../../server/datasets/schema'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { frameLook, PictureGrid } from '../components/picture-grid'
import { request } from '../data/request'
import { datasets } from '../i18n/datasets'
import { useTexts } from '../i18n/language'
import { LabelledPicture, PictureCaption } from './labelled-picture'

const SHOWN = 4
/** Width to height of a preview's frame. */
const FRAME = 4 / 3

/** A few pictures of the training part with their boxes; the next few at a click. */
export function DatasetPreview({ dataset }: { dataset: DatasetInfo }) {
  const t = useTexts(datasets)
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
      <PictureGrid columns="two">
        {data?.images.map((image) => (
          <figure key={image.name} className="min-w-0 text-12">
            <div className={frameLook}>
              <LabelledPicture datasetId={dataset.id} split="train" image={image} size={480} frame={FRAME} />
            </div>
            <PictureCaption image={image} />
          </figure>
        ))}
      </PictureGrid>
    </Card>
  )
}
