'use client'

import clsx from 'clsx'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import useSWR from 'swr'
import type { DatasetImage, DatasetInfo } from '../../server/datasets/schema'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { frameLook, PictureGrid } from '../components/picture-grid'
import { Segmented } from '../components/segmented'
import { request } from '../data/request'
import { datasets as texts } from '../i18n/datasets'
import { useFormat, useTexts } from '../i18n/language'
import { LabelledPicture, PictureCaption } from './labelled-picture'

const Dialog = dynamic(() => import('../components/dialog').then((m) => m.Dialog), { ssr: false })

const PAGE = 24
/** Width to height of a picture's frame. */
const FRAME = 4 / 3

/** All pictures of a part, a page at a time; one opens large at a click. */
export function DatasetPictures({ dataset }: { dataset: DatasetInfo }) {
  const t = useTexts(texts)
  const format = useFormat()
  const [split, setSplit] = useState<'train' | 'test'>('train')
  const [after, setAfter] = useState(0)
  const [opened, setOpened] = useState<DatasetImage>()
  const { data } = useSWR<{ total: number; images: DatasetImage[] }>(
    // Checked again, it may have other pictures.
    [`/datasets/${dataset.id}/images?split=${split}&after=${after}&limit=${PAGE}`, dataset.checkedAt],
    ([path]: [string]) => request<{ total: number; images: DatasetImage[] }>(path),
    { keepPreviousData: true },
  )
  const boxesOf = ({ boxes }: DatasetImage) => {
    const ignored = boxes.filter((box) => box.ignored).length
    const all = t.boxesOf(format.count(boxes.length))
    return ignored > 0 ? `${all} · ${t.ignoredOf(format.count(ignored))}` : all
  }
  const total = data?.total ?? 0
  const last = Math.min(after + PAGE, total)
  return (
    <Card
      title={t.pictures}
      actions={
        <>
          {total > PAGE && (
            <>
              <span className="text-12 text-ink-3 whitespace-nowrap">
                {t.rangeOf(format.count(after + 1), format.count(last), format.count(total))}
              </span>
              <Button
                size="s"
                variant="ghost"
                icon="left"
                label={t.previous}
                disabled={after === 0}
                onClick={() => setAfter(Math.max(0, after - PAGE))}
              />
              <Button
                size="s"
                variant="ghost"
                icon="right"
                label={t.next}
                disabled={last >= total}
                onClick={() => setAfter(after + PAGE)}
              />
            </>
          )}
          <Segmented
            label={t.pictures}
            value={split}
            onChange={(part) => {
              setSplit(part)
              setAfter(0)
            }}
            options={[
              { value: 'train', label: t.trainPart },
              { value: 'test', label: t.testPart },
            ]}
          />
        </>
      }
    >
      {data?.images.length === 0 && <p className="text-12 text-ink-3">{t.noPictures}</p>}
      <PictureGrid columns="many">
        {data?.images.map((image) => (
          <figure key={image.name} className="min-w-0 text-12">
            <button
              type="button"
              className={clsx(frameLook, 'cursor-zoom-in')}
              aria-label={image.name}
              onClick={() => setOpened(image)}
            >
              <LabelledPicture datasetId={dataset.id} split={split} image={image} size={480} frame={FRAME} />
            </button>
            <PictureCaption image={image} />
          </figure>
        ))}
      </PictureGrid>
      {opened && (
        <Dialog open width="picture" onClose={() => setOpened(undefined)} title={opened.name.replace(/^.*\//, '')}>
          <figure className="grid gap-2.5">
            <div className={clsx(frameLook, 'max-h-[74vh]')}>
              <LabelledPicture datasetId={dataset.id} split={split} image={opened} size={1600} frame={FRAME} />
            </div>
            <figcaption className="text-ink-3">{boxesOf(opened)}</figcaption>
          </figure>
        </Dialog>
      )}
    </Card>
  )
}
