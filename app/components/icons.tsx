import clsx from 'clsx'
import type { ReactNode } from 'react'

/** 16 px grid, 1.6 px stroke, drawn for this project. */
const PATHS = {
  picture: 'M2.5 3.5h11v9h-11zM2.7 11l3.3-3.3 2.6 2.6 1.8-1.8 3 3M10.3 6.2h.01',
  pictures: 'M4.5 4.5h9v8h-9zM2.5 10.5v-8h9M4.8 11l2.8-2.6 2 2 1.4-1.3 2.3 2.2',
  train: 'M2.5 12.5 6 8l2.5 2.5 5-7M13.5 6.5v-3h-3',
  export: 'M6 3.5H3.5v9h9V10M9 2.5h4.5V7M13.2 2.8 7.5 8.5',
  cube: 'M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.7 5.1 8 8.2l5.3-3.1M8 8.2v5.8',
  data: 'M2.5 4c0-1 2.4-1.8 5.5-1.8s5.5.8 5.5 1.8S11.1 5.8 8 5.8 2.5 5 2.5 4zM2.5 4v8c0 1 2.4 1.8 5.5 1.8s5.5-.8 5.5-1.8V4M2.5 8c0 1 2.4 1.8 5.5 1.8s5.5-.8 5.5-1.8',
  chip: 'M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14',
  globe: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2 8h12M8 2c2 1.8 2.6 4 2.6 6S10 12.2 8 14C6 12.2 5.4 10 5.4 8S6 3.8 8 2z',
  moon: 'M13.3 9.7A5.7 5.7 0 0 1 6.3 2.7a5.7 5.7 0 1 0 7 7z',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7',
  upload: 'M8 10.5V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2',
  download: 'M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4 6 8l4 4',
  down: 'm4 6 4 4 4-4',
  bolt: 'M9 1.8 3.5 9H8l-1 5.2L12.5 7H8z',
  paste: 'M5.5 3.5h-2v10h9v-10h-2M5.5 2.3h5v2.5h-5z',
  camera: 'M2 5h3l1-1.8h4L11 5h3v8H2zM8 11.2a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  compare: 'M8 2v12M2.5 4h3v8h-3M10.5 4h3v8h-3',
  split: 'M6 4 2.5 8 6 12M10 4l3.5 4L10 12',
  close: 'M4 4l8 8M12 4l-8 8',
  minus: 'M3.5 8h9',
  plus: 'M8 3.5v9M3.5 8h9',
  box: 'M3 4.8 12.6 3l.4 7.8L3.5 13z',
  hash: 'M6 2.5 4.8 13.5M11.2 2.5 10 13.5M3 6h10.5M2.5 10H13',
  layers: 'M8 2.2 14 5.5 8 8.8 2 5.5zM2.5 8.3 8 11.3l5.5-3M2.5 11 8 14l5.5-3',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  check: 'M3 8.5 6.5 12 13 4.5',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5V11M8 5.2v.01',
  error: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.5M8 11v.01',
  warning: 'M8 2.3 14.3 13.2H1.7zM8 6.5v3M8 11.3v.01',
  copy: 'M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6l7.5-4.8z',
  stop: 'M4 4h8v8H4z',
  archive: 'M2.5 2.8h11v3.2h-11zM3.5 6v7.2h9V6M6.5 8.8h3',
  gallery: 'M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z',
  folder: 'M2 4.2c0-.7.4-1.2 1-1.2h3l1.5 1.8H13c.6 0 1 .4 1 1v5.7c0 .6-.4 1-1 1H3c-.6 0-1-.4-1-1z',
  terminal: 'M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  report: 'M4 2h5l3 3v9H4zM9 2v3h3M6 8.5h4M6 11h4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2',
  trash: 'M2.8 4.5h10.4M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4',
  edit: 'M3 13l.6-2.8 7-7 2.2 2.2-7 7zM9.2 4.6l2.2 2.2',
} as const

export type IconName = keyof typeof PATHS

function Drawing({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <svg
      className={clsx('block size-4 flex-none', className)}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <Drawing className={className}>
      <path d={PATHS[name]} />
    </Drawing>
  )
}

/** A ring that turns; stands still where less motion is wanted. */
export function Spinner({ className }: { className?: string }) {
  return (
    <Drawing className={clsx('animate-spin', className)}>
      <circle cx="8" cy="8" r="5.5" strokeOpacity=".28" />
      <path d="M8 2.5a5.5 5.5 0 0 1 5.5 5.5" />
    </Drawing>
  )
}
