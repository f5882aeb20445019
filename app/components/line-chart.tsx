'use client'

import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import type uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface ChartSeries {
  key: string
  label: string
  /** Name of a CSS variable of the theme, such as `--c1`. */
  color: string
  values: (number | null)[]
  /** Pixels; the main line is 2.2. */
  width?: number
  /** A dot at every value. */
  points?: boolean
  /** Drawn pale behind the others, without entry in legend and hover card. */
  faint?: boolean
}

export interface ChartMark {
  x: number
  label: string
  color: string
}

interface Props {
  /** What the chart shows, for its accessible name. */
  name: string
  x: number[]
  series: ChartSeries[]
  /** The whole plan (all steps or epochs), so that the rest is seen as empty space. */
  xRange?: [number, number]
  yRange?: [number | null, number | null]
  log?: boolean
  xLabel: string
  /** Only whole numbers on the x axis: steps, epochs. */
  wholeX?: boolean
  marks?: ChartMark[]
  height?: number
  formatX?: (v: number) => string
  formatY?: (v: number) => string
}

/** Distances of ticks where only whole numbers make sense: 1, 2, 5, 10 … 5,000,000. */
const WHOLE_STEPS = [0, 1, 2, 3, 4, 5, 6].flatMap((e) => [1, 2, 5].map((m) => m * 10 ** e))

const plain = (v: number): string => (Math.abs(v) >= 1000 ? v.toLocaleString('en') : String(Number(v.toPrecision(3))))

function themeColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888'
}

/** Changes whenever the theme of the page does, so that canvases are drawn again. */
function useThemeVersion(): number {
  const [version, setVersion] = useState(0)
  useEffect(() => {
    const bump = () => setVersion((v) => v + 1)
    const observer = new MutationObserver(bump)
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] })
    const media = matchMedia('(prefers-color-scheme: dark)')
    media.addEventListener('change', bump)
    return () => {
      observer.disconnect()
      media.removeEventListener('change', bump)
    }
  }, [])
  return version
}

function verticalMarks(marks: ChartMark[]): uPlot.Plugin {
  return {
    hooks: {
      draw: (u) => {
        const { ctx } = u
        const ratio = devicePixelRatio
        ctx.save()
        ctx.font = `${11 * ratio}px sans-serif`
        ctx.textAlign = 'left'
        ctx.textBaseline = 'alphabetic'
        let line = 0
        let end = Number.NEGATIVE_INFINITY
        for (const mark of marks) {
          const x = Math.round(u.valToPos(mark.x, 'x', true))
          if (x < u.bbox.left - 1 || x > u.bbox.left + u.bbox.width + 1) continue
          ctx.strokeStyle = ctx.fillStyle = themeColor(mark.color)
          ctx.lineWidth = ratio
          ctx.setLineDash([4 * ratio, 4 * ratio])
          ctx.beginPath()
          ctx.moveTo(x, u.bbox.top)
          ctx.lineTo(x, u.bbox.top + u.bbox.height)
          ctx.stroke()
          const width = ctx.measureText(mark.label).width
          const room = x + 6 * ratio + width < u.bbox.left + u.bbox.width
          const left = room ? x + 6 * ratio : x - 6 * ratio - width
          // A label that would run into the one before stands a line lower.
          line = left < end + 4 * ratio ? line + 1 : 0
          end = Math.max(end, left + width)
          ctx.fillText(mark.label, left, u.bbox.top + (12 + 14 * line) * ratio)
        }
        ctx.restore()
      },
    },
  }
}

/** Line chart of the design: canvas lines, legend that switches series, hover card, arrow keys, table for screen readers. */
export function LineChart(props: Props) {
  const { name, x, series, xRange, yRange, log = false, xLabel, marks, height = 240, wholeX } = props
  const formatX = props.formatX ?? plain
  const formatY = props.formatY ?? plain
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [cursor, setCursor] = useState<number | null>(null)
  const theme = useThemeVersion()
  const tableId = useId()

  const shown = useMemo(() => series.filter((s) => !hidden.has(s.key.replace(/:raw$/, ''))), [series, hidden])
  const data = useMemo(() => [x, ...shown.map((s) => s.values)] as uPlot.AlignedData, [x, shown])
  const latest = useRef({ data, formatX, formatY, xRange, yRange, marks: marks ?? [] })
  latest.current = { data, formatX, formatY, xRange, yRange, marks: marks ?? [] }
  // What makes a new chart necessary; new data alone is only drawn.
  const shape = JSON.stringify([
    shown.map((s) => [s.key, s.color, s.width, s.points, s.faint]),
    log,
    height,
    xLabel,
    marks,
  ])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for every property that the chart is built from
  useEffect(() => {
    const host = box.current
    if (!host) return
    let gone = false
    let observer: ResizeObserver | undefined
    void import('uplot').then(({ default: UPlot }) => {
      if (gone) return
      const axis = {
        stroke: themeColor('--color-ink-3'),
        font: '11px sans-serif',
        grid: { stroke: themeColor('--color-line'), width: 1 },
        ticks: { show: false },
      }
      const plot = new UPlot(
        {
          width: host.clientWidth || 300,
          height,
          legend: { show: false },
          cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
          scales: {
            x: { time: false, range: (_u, min, max) => latest.current.xRange ?? [min ?? 0, max ?? 1] },
            y: {
              distr: log ? 3 : 1,
              range: (_u, min, max) => {
                const [low, high] = latest.current.yRange ?? [null, null]
                if (min === null || max === null) return [low ?? (log ? 0.1 : 0), high ?? 1]
                if (log) return [low ?? min * 0.8, high ?? max * 1.25]
                const pad = (max - min) * 0.06 || 0.05
                return [low ?? min - pad, high ?? max + pad]
              },
            },
          },
          axes: [
            {
              ...axis,
              grid: { show: false },
              ...(wholeX && { incrs: WHOLE_STEPS }),
              size: 28,
              values: (_u, ticks) => ticks.map((t) => latest.current.formatX(t)),
            },
            {
              ...axis,
              size: 46,
              values: (_u, ticks) => ticks.map((t) => (t === null ? '' : latest.current.formatY(t))),
            },
          ],
          series: [
            {},
            ...shown.map((s) => ({
              label: s.label,
              stroke: themeColor(s.color) + (s.faint ? '55' : ''),
              width: s.faint ? 1 : (s.width ?? 1.6),
              points: { show: s.points ?? false, size: 6, fill: themeColor('--color-surface') },
              spanGaps: true,
            })),
          ],
          plugins: [verticalMarks(latest.current.marks)],
          hooks: { setCursor: [(u) => setCursor(u.cursor.idx ?? null)] },
        },
        latest.current.data,
        host,
      )
      chart.current = plot
      observer = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height }))
      observer.observe(host)
    })
    return () => {
      gone = true
      observer?.disconnect()
      chart.current?.destroy()
      chart.current = null
    }
  }, [shape, theme])

  useEffect(() => chart.current?.setData(data), [data])

  const legend = series.filter((s) => !s.faint)
  const toggle = (key: string) =>
    setHidden((old) => {
      const next = new Set(old)
      if (!next.delete(key)) next.add(key)
      return next
    })
  const move = (e: KeyboardEvent) => {
    const plot = chart.current
    if (!plot || x.length === 0 || (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight')) return
    e.preventDefault()
    const from = cursor ?? x.length - 1
    const to = Math.min(x.length - 1, Math.max(0, from + (e.key === 'ArrowRight' ? 1 : -1)))
    plot.setCursor({ left: plot.valToPos(x[to], 'x'), top: 0 })
  }
  const card = cursor !== null && cursor < x.length ? cursor : null
  const rows = useMemo(() => {
    const every = Math.max(1, Math.ceil(x.length / 20))
    return x.map((_, i) => i).filter((i) => i % every === 0 || i === x.length - 1)
  }, [x])

  return (
    <figure className="m-0 min-w-0">
      <div
        ref={box}
        role="img"
        aria-label={name}
        aria-describedby={tableId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the values
        tabIndex={0}
        onKeyDown={move}
        className="relative min-w-0 overflow-hidden rounded-md"
        style={{ height }}
      >
        {card !== null && (
          <div className="pointer-events-none absolute top-1 right-1 z-10 rounded-md border border-line bg-surface px-2 py-1 text-[11px] leading-4 text-ink-2 shadow-1 tabular-nums">
            <div className="text-ink-3">
              {xLabel} {formatX(x[card])}
            </div>
            {shown
              .filter((s) => !s.faint && s.values[card] !== null && s.values[card] !== undefined)
              .map((s) => (
                <div key={s.key} className="flex items-center gap-1.5">
                  <span className="h-[3px] w-3 rounded-full" style={{ background: `var(${s.color})` }} />
                  {s.label} <b className="ml-auto font-semibold text-ink">{formatY(s.values[card] as number)}</b>
                </div>
              ))}
          </div>
        )}
      </div>
      {legend.length > 1 && (
        <figcaption className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
          {legend.map((s) => (
            <button
              key={s.key}
              type="button"
              aria-pressed={!hidden.has(s.key)}
              onClick={() => toggle(s.key)}
              className="inline-flex min-h-6 items-center gap-1.5 text-12 text-ink-2 aria-[pressed=false]:line-through aria-[pressed=false]:opacity-60"
            >
              <span className="h-[3px] w-3.5 rounded-full" style={{ background: `var(${s.color})` }} />
              {s.label}
            </button>
          ))}
        </figcaption>
      )}
      {/* A table is never narrower than its words, so it hides in a box that is. */}
      <div className="sr-only">
        <table id={tableId}>
          <caption>{name}</caption>
          <thead>
            <tr>
              <th scope="col">{xLabel}</th>
              {legend.map((s) => (
                <th key={s.key} scope="col">
                  {s.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((i) => (
              <tr key={x[i]}>
                <th scope="row">{formatX(x[i])}</th>
                {legend.map((s) => (
                  <td key={s.key}>
                    {s.values[i] === null || s.values[i] === undefined ? '–' : formatY(s.values[i] as number)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
