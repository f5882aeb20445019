import type { Quad } from '../../detector/geometry/polygon'

interface Props {
  box: Quad
  score: number
  number: number
  width: number
  height: number
  scale: number
}

/** Number, score and corners of the lit box, above it, or under it where there is no room. */
export function BoxTip({ box, score, number, width, height, scale }: Props) {
  const x = Math.min(0.78, Math.max(0.22, (box[0] + box[2] + box[4] + box[6]) / 4 / width))
  const top = Math.min(box[1], box[3], box[5], box[7])
  const bottom = Math.max(box[1], box[3], box[5], box[7])
  const below = top * scale < 60
  return (
    <div
      className="tip"
      aria-hidden="true"
      style={{
        left: `${x * 100}%`,
        top: `${((below ? bottom : top) / height) * 100}%`,
        ...(below && { transform: 'translate(-50%, 10px)' }),
      }}
    >
      <b>
        #{number} · {score.toFixed(3)}
      </b>
      <br />
      <span>
        {box.slice(0, 4).join(', ')}, … {box.slice(6).join(', ')}
      </span>
    </div>
  )
}
