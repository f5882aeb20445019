import type { DataReport } from '../../server/datasets/schema'
import { Tiles } from '../components/tiles'
import { datasets } from '../i18n/datasets'
import { DASH } from '../i18n/format'
import { useFormat, useTexts } from '../i18n/language'

/** Numbers of pictures and boxes, and how high the text is. */
export function DatasetTiles({ report, columns }: { report: DataReport | undefined; columns: 2 | 4 }) {
  const t = useTexts(datasets)
  const format = useFormat()
  const images = report ? report.train.images + report.test.images : 0
  const boxes = report ? report.train.boxes + report.test.boxes : 0
  return (
    <Tiles
      columns={columns}
      tiles={[
        {
          label: t.trainTest,
          value: report ? format.count(report.train.images) : DASH,
          note: report && `/ ${format.count(report.test.images)}`,
        },
        { label: t.boxes, value: report ? format.count(boxes) : DASH },
        { label: t.perPicture, value: images ? format.number(boxes / images, 1) : DASH },
        {
          label: t.medianHeight,
          value: report?.medianTextHeight ? format.number(report.medianTextHeight, 0) : DASH,
          note: report?.medianTextHeight ? 'px' : undefined,
        },
      ]}
    />
  )
}
