import type { Lang } from './texts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number): string => String(n).padStart(2, '0')

export interface Format {
  /** 1,460 */
  count(n: number): string
  /** 0.891, − as U+2212; – when unknown. */
  number(n: number | null | undefined, digits: number): string
  /** 64% */
  percent(share: number, digits?: number): string
  /** 49.4 MB, decimal. */
  bytes(n: number): string
  /** 187 ms, 0.253 s: a short span. */
  span(seconds: number): string
  /** 8.3 s, 23:10, 1:02:41. */
  duration(seconds: number): string
  /** ≈ 1 h 04 min. */
  estimate(seconds: number): string
  /** 21:32 */
  clock(time: string | Date): string
  /** 刚刚, 4 分钟前, 昨天 21:32, 11-18 09:12. */
  ago(time: string | Date, now?: Date): string
  /** Full time stamp, for tooltips. */
  stamp(time: string | Date): string
}

export const DASH = '–'

function minus(text: string): string {
  return text.replace(/^-/, '−')
}

function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = n
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(unit === 1 && value >= 10 ? 0 : 1)} ${units[unit]}`
}

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const h = Math.floor(whole / 3600)
  const m = Math.floor((whole % 3600) / 60)
  return h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`
}

function estimate(seconds: number): string {
  if (seconds < 60) return `≈ ${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `≈ ${minutes} min` : `≈ ${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** Numbers, units and times as the design writes them, in the language of the page. */
export function formatOf(lang: Lang): Format {
  const zh = lang === 'zh'
  const clock = (time: string | Date) => {
    const d = new Date(time)
    return `${two(d.getHours())}:${two(d.getMinutes())}`
  }
  return {
    count: (n) => minus(n.toLocaleString('en')),
    number: (n, digits) => (n === null || n === undefined || Number.isNaN(n) ? DASH : minus(n.toFixed(digits))),
    percent: (share, digits = 0) => `${(share * 100).toFixed(digits)}%`,
    bytes,
    span: (seconds) =>
      seconds < 0.1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(seconds < 10 ? 3 : 1)} s`,
    duration,
    estimate,
    clock,
    stamp: (time) => {
      const d = new Date(time)
      return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(d)}:${two(d.getSeconds())}`
    },
    ago: (time, now = new Date()) => {
      const d = new Date(time)
      const seconds = (now.getTime() - d.getTime()) / 1000
      if (seconds < 60) return zh ? '刚刚' : 'just now'
      if (seconds < 3600) return zh ? `${Math.floor(seconds / 60)} 分钟前` : `${Math.floor(seconds / 60)} min ago`
      const day = (x: Date) => new Date(x.getFullYear(), x.getMonth(), x.getDate()).getTime()
      const days = Math.round((day(now) - day(d)) / 86_400_000)
      if (days === 0) return zh ? `今天 ${clock(d)}` : `today ${clock(d)}`
      if (days === 1) return zh ? `昨天 ${clock(d)}` : `yesterday ${clock(d)}`
      const year = d.getFullYear() === now.getFullYear() ? '' : `${d.getFullYear()}-`
      return zh
        ? `${year}${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(d)}`
        : `${d.getDate()} ${MONTHS[d.getMonth()]} ${year ? `${d.getFullYear()} ` : ''}${clock(d)}`
    },
  }
}
