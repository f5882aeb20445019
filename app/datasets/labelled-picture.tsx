import type { DatasetImage } from '../../server/api/schemas/dataset'
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
    <div className="canvas max-h-full max-w-full" style={{ aspectRatio: `${image.width}/${image.height}`, ...fit }}>
      {/* biome-ignore lint/performance/noImgElement: made small by the own server */}
      <img
        src={`/api/datasets/${datasetId}/images/${split}/${image.index}?size=${size}`}
        alt={image.name}
        loading="lazy"
        className="block h-full w-full"
      />
      <svg className="ov" viewBox={`0 0 ${image.width} ${image.height}`} preserveAspectRatio="none" aria-hidden="true">
        {image.boxes.map((box) => {
          const color = `var(${box.ignored ? '--o2' : '--o4'})`
          return (
            <g key={box.points.join()}>
              <polygon className="halo" points={box.points.join(' ')} />
              <polygon points={box.points.join(' ')} style={{ stroke: color, fill: color }} />
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
    <figcaption className="row between">
      <span className="trunc" translate="no">
        {image.name.replace(/^.*\//, '')}
      </span>
      <span className="dim nowrap">{t.boxesOf(String(image.boxes.length))}</span>
    </figcaption>
  )
}
