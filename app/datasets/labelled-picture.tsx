import type { DatasetImage } from '../../server/datasets/schema'
import { smallHaloLook, smallOverlayLook, smallShapeLook } from '../components/boxes'
import { datasets } from '../i18n/datasets'
import { useTexts } from '../i18n/language'

interface Props {
  datasetId: string
  split: 'train' | 'test'
  image: DatasetImage
  /** Longer side of the picture that is fetched. */
  size: number
  /** Width to height of the frame that it fills. */
  frame: number
}

/** A picture with its annotated boxes; what is don't-care has another colour. Fills its frame on the longer side. */
export function LabelledPicture({ datasetId, split, image, size, frame }: Props) {
  const fit = image.width > image.height * frame ? { width: '100%' } : { height: '100%' }
  return (
    <div
      className="relative max-h-full max-w-full leading-none"
      style={{ aspectRatio: `${image.width}/${image.height}`, ...fit }}
    >
      {/* biome-ignore lint/performance/noImgElement: made small by the own server */}
      <img
        src={`/api/datasets/${datasetId}/images/${split}/${image.index}?size=${size}`}
        alt={image.name}
        loading="lazy"
        className="block h-full w-full"
      />
      <svg
        className={smallOverlayLook}
        viewBox={`0 0 ${image.width} ${image.height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {image.boxes.map((box) => {
          const color = `var(${box.ignored ? '--color-box-2' : '--color-box-4'})`
          return (
            <g key={box.points.join()}>
              <polygon className={smallHaloLook} points={box.points.join(' ')} />
              <polygon
                className={smallShapeLook}
                points={box.points.join(' ')}
                style={{ stroke: color, fill: color }}
              />
            </g>
          )
        })}
      </svg>
    </div>
  )
}

/** Name and number of boxes below a picture. */
export function PictureCaption({ image }: { image: DatasetImage }) {
  const t = useTexts(datasets)
  return (
    <figcaption className="flex items-center gap-2 justify-between">
      <span className="truncate" translate="no">
        {image.name.replace(/^.*\//, '')}
      </span>
      <span className="text-ink-3 whitespace-nowrap">{t.boxesOf(String(image.boxes.length))}</span>
    </figcaption>
  )
}
