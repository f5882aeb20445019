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
      className="pointer-events-none absolute z-5 -translate-x-1/2 -translate-y-[calc(100%+10px)] whitespace-nowrap rounded-lg bg-tip px-2.5 py-[7px] text-12 text-white shadow-2"
      aria-hidden="true"
      style={{
        left: `${x * 100}%`,
        top: `${((below ? bottom : top) / height) * 100}%`,
        ...(below && { translate: '-50% 10px' }),
      }}
    >
      <b className="font-semibold">
        #{number} · {score.toFixed(3)}
      </b>
      <br />
      <span className="font-mono text-[#c9c9dc] text-[11px]">
        {box.slice(0, 4).join(', ')}, … {box.slice(6).join(', ')}
      </span>
    </div>
  )
}
