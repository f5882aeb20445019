import { shortName } from './table'

export interface Series {
  name: string
  values: number[]
}

const WIDTH = 760
const LEFT = 128
const RIGHT = 28
const TOP = 58
const INNER = WIDTH - LEFT - RIGHT

/** Colours that hold on white and on black, told apart without colour too: see `dash` and the order of the bars. */
const STYLE = `<style>text{font:12px system-ui,sans-serif;fill:#3c4254}.t{font-weight:600}.g{stroke:#d9dce4}.f0{fill:#4a5fd0}.f1{fill:#c76a1e}.f2{fill:#2a9187}.l0,.l1{fill:none;stroke-width:2}.l0{stroke:#4a5fd0}.l1{stroke:#c76a1e;stroke-dasharray:6 3}.p{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#cfd4e2}.g{stroke:#3a4152}.f0{fill:#8b9bf5}.f1{fill:#eb9a55}.f2{fill:#5cc4b8}.l0{stroke:#8b9bf5}.l1{stroke:#eb9a55}.p{fill:#12151d}}</style>`

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
const at = (value: number): string => String(Number(value.toFixed(1)))

interface Label {
  className?: string
  anchor?: 'middle' | 'end'
}
function label(x: number, y: number, text: string, { className, anchor }: Label = {}): string {
  return `<text x="${at(x)}" y="${at(y)}"${className ? ` class="${className}"` : ''}${anchor ? ` text-anchor="${anchor}"` : ''}>${escaped(text)}</text>`
}

/** Title and names of the series above, then what is drawn. */
function framed(height: number, title: string, names: string[], content: string[]): string {
  let x = LEFT
  const legend = names.map((name, i) => {
    const begin = x
    x += 30 + 7 * shortName(name).length
    return `<rect class="f${i}" x="${at(begin)}" y="33" width="10" height="10"/>${label(begin + 15, 42, shortName(name))}`
  })
  const size = `viewBox="0 0 ${WIDTH} ${at(height)}" width="${WIDTH}" height="${at(height)}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(title)}">${STYLE}
<rect class="p" width="${WIDTH}" height="${at(height)}" rx="6"/>
${[label(16, 22, title, { className: 't' }), ...legend, ...content].join('\n')}
</svg>
`
}

/** Names of the groups at the left, one below the other. */
const groupName = (text: string, y: number): string => label(LEFT - 10, y, text, { anchor: 'end' })

/** Horizontal bars from 0 to `top`, the value behind each. */
export function barChart(o: { title: string; groups: string[]; series: Series[]; top: number }): string {
  const row = 14 * o.series.length + 12
  const length = (value: number): number => (value / o.top) * (INNER - 40)
  const bars = o.groups.flatMap((group, i) => {
    const y = TOP + i * row
    const drawn = o.series.map(({ values }, k) => {
      const end = LEFT + length(values[i])
      return `<rect class="f${k}" x="${LEFT}" y="${y + 14 * k}" width="${at(length(values[i]))}" height="12"/>${label(end + 5, y + 14 * k + 10, values[i].toFixed(1))}`
    })
    return [groupName(group, y + row / 2), ...drawn]
  })
  const names = o.series.map(({ name }) => name)
  return framed(TOP + o.groups.length * row + 6, o.title, names, bars)
}

/** A dot for each value on a logarithmic scale of whole powers of ten. */
export function dotChart(o: { title: string; groups: string[]; series: Series[] }): string {
  const all = o.series.flatMap(({ values }) => values.filter((value) => value > 0))
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))]
  const x = (value: number): number => LEFT + ((Math.log10(value) - low) / Math.max(1, high - low)) * INNER
  const bottom = TOP + 24 * o.groups.length
  const powers = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
  const grid = powers.map(
    (power) =>
      `<path class="g" d="M${at(x(power))} ${TOP - 6}V${bottom}"/>${label(x(power), bottom + 16, String(power), { anchor: 'middle' })}`,
  )
  const dots = o.groups.flatMap((group, i) => {
    const y = TOP + 24 * i + 10
    const drawn = o.series.flatMap(({ name, values }, k) =>
      values[i] > 0
        ? [
            `<circle class="f${k}" cx="${at(x(values[i]))}" cy="${y}" r="${6 - k}"><title>${escaped(`${group}, ${shortName(name)}: ${values[i]}`)}</title></circle>`,
          ]
        : [],
    )
    return [groupName(group, y + 4), ...drawn]
  })
  const names = o.series.map(({ name }) => name)
  return framed(bottom + 26, o.title, names, [...grid, ...dots])
}

/** Curves over a numeric axis; the vertical one begins at 0 unless all values lie in the upper half of it. */
export function lineChart(o: { title: string; axis: string; x: number[]; series: Series[] }): string {
  const [left, height] = [56, 240]
  const all = o.series.flatMap(({ values }) => values)
  const step = niceStep(Math.max(...all) / 5)
  const top = step * Math.ceil(Math.max(...all) / step)
  const low = Math.min(...all) > top / 2 ? step * Math.floor(Math.min(...all) / step) : 0
  const [first, last] = [o.x[0], o.x[o.x.length - 1]]
  const x = (value: number): number => left + ((value - first) / (last - first || 1)) * (WIDTH - left - RIGHT)
  const y = (value: number): number => TOP + (1 - (value - low) / (top - low)) * height
  const decimals = Math.max(0, -Math.floor(Math.log10(step)))
  const lines = Array.from({ length: Math.round((top - low) / step) + 1 }, (_, i) => low + i * step)
  const grid = lines.map(
    (value) =>
      `<path class="g" d="M${left} ${at(y(value))}H${WIDTH - RIGHT}"/>${label(left - 6, y(value) + 4, value.toFixed(decimals), { anchor: 'end' })}`,
  )
  const ticks = o.x.map((value) => label(x(value), TOP + height + 18, String(value), { anchor: 'middle' }))
  const curves = o.series.map(({ values }, k) => {
    const points = values.map((value, i) => `${i === 0 ? 'M' : 'L'}${at(x(o.x[i]))} ${at(y(value))}`)
    return `<path class="l${k}" d="${points.join('')}"/>`
  })
  const axis = label(WIDTH - RIGHT, TOP + height + 34, o.axis, { anchor: 'end' })
  const names = o.series.map(({ name }) => name)
  return framed(TOP + height + 44, o.title, names, [...grid, ...ticks, axis, ...curves])
}

/** 1, 2 or 5 times a power of ten, the next above. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10)
}
