/** A line of a chart; points in the order of x. */
export interface Series {
  name: string
  colour: string
  points: (readonly [x: number, y: number])[]
  /** Drawn thin and pale, behind the others: raw values under a smoothed line. */
  faint?: boolean
}

export interface Chart {
  title: string
  xLabel: string
  series: Series[]
  /** Fixed range of y; fitted to the data when left out. */
  yRange?: [low: number, high: number]
  /** x counts something: no marks between whole numbers. */
  wholeX?: boolean
  /** A vertical line, such as the chosen threshold. */
  mark?: { x: number; label: string }
}

const WIDTH = 640
const HEIGHT = 300
const BOX = { left: 56, right: WIDTH - 16, top: 40, bottom: HEIGHT - 44 }

/** Round steps (1, 2 or 5 times a power of ten) through a range, about `count` of them. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough * 0.999) ?? rough
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const short = (v: number): string => String(Number(v.toPrecision(4)))

function rangeOf(values: number[]): [number, number] {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return [0, 1]
  const low = finite.reduce((a, b) => Math.min(a, b))
  const high = finite.reduce((a, b) => Math.max(a, b))
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}

/** A line chart as SVG text that needs nothing around it. Values that are not finite leave a gap. */
export function chartSvg(chart: Chart): string {
  const all = chart.series.flatMap((s) => s.points)
  const [x0, x1] = rangeOf(all.map((p) => p[0]))
  const fitted = rangeOf(all.map((p) => p[1]))
  const [y0, y1] = chart.yRange ?? [Math.min(0, fitted[0]), fitted[1] * 1.05]
  const px = (x: number): string => (BOX.left + ((x - x0) / (x1 - x0)) * (BOX.right - BOX.left)).toFixed(1)
  const py = (y: number): string => (BOX.bottom - ((y - y0) / (y1 - y0)) * (BOX.bottom - BOX.top)).toFixed(1)
  const parts: string[] = [`<text x="${BOX.left}" y="18" class="title">${escapeXml(chart.title)}</text>`]
  for (const y of ticks(y0, y1, 5)) {
    parts.push(
      `<line x1="${BOX.left}" x2="${BOX.right}" y1="${py(y)}" y2="${py(y)}" class="grid"/>`,
      `<text x="${BOX.left - 6}" y="${py(y)}" dy="4" text-anchor="end">${short(y)}</text>`,
    )
  }
  for (const x of ticks(x0, x1, 8).filter((v) => !chart.wholeX || Number.isInteger(v))) {
    parts.push(`<text x="${px(x)}" y="${BOX.bottom + 16}" text-anchor="middle">${short(x)}</text>`)
  }
  parts.push(
    `<text x="${(BOX.left + BOX.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escapeXml(chart.xLabel)}</text>`,
  )
  if (chart.mark) {
    parts.push(
      `<line x1="${px(chart.mark.x)}" x2="${px(chart.mark.x)}" y1="${BOX.top}" y2="${BOX.bottom}" class="mark"/>`,
      `<text x="${px(chart.mark.x)}" y="${BOX.top - 4}" text-anchor="middle">${escapeXml(chart.mark.label)}</text>`,
    )
  }
  let legendX = BOX.right
  for (const series of chart.series) {
    let pen = 'M'
    let path = ''
    for (const [x, y] of series.points) {
      if (!Number.isFinite(y)) {
        pen = 'M'
        continue
      }
      path += `${pen}${px(x)} ${py(Math.min(y1, Math.max(y0, y)))}`
      pen = 'L'
    }
    const style = series.faint ? 'stroke-width="1" opacity="0.35"' : 'stroke-width="2"'
    parts.push(`<path d="${path}" fill="none" stroke="${series.colour}" stroke-linejoin="round" ${style}/>`)
    if (series.points.length === 1 && path) {
      parts.push(
        `<circle cx="${px(series.points[0][0])}" cy="${py(series.points[0][1])}" r="3" fill="${series.colour}"/>`,
      )
    }
  }
  for (const series of chart.series.filter((s) => !s.faint).reverse()) {
    parts.push(`<text x="${legendX}" y="18" text-anchor="end" fill="${series.colour}">${escapeXml(series.name)}</text>`)
    // About 7.5 units a letter, twice that for Chinese ones.
    legendX -= 14 + [...series.name].reduce((sum, c) => sum + (c > '\u2e80' ? 14 : 7.5), 0)
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(chart.title)}">${parts.join('')}</svg>`
}
