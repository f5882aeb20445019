'use client'

import clsx from 'clsx'
import Link from 'next/link'
import type { SystemInfo } from '../../server/system/schema'
import { common } from '../i18n/common'
import { useFormat, useTexts } from '../i18n/language'

type Job = SystemInfo['running'][number]
const PLACE = { run: '/runs/', batch: '/batches/', export: '/export/' } as const
const RANK = { run: 0, batch: 1, export: 2 } as const
const ROUND = 2 * Math.PI * 6

export const headerButtonLook =
  'inline-flex h-[34px] min-w-[34px] items-center justify-center gap-1.5 whitespace-nowrap rounded-lg px-[9px] text-13 text-white hover:bg-white/16 max-md:px-[7px]'

/** The job in progress on every page; a run goes before a batch, a batch before an export. */
export function JobRing({ jobs }: { jobs: readonly Job[] }) {
  const t = useTexts(common)
  const format = useFormat()
  const job = [...jobs].sort((a, b) => RANK[a.kind] - RANK[b.kind])[0]
  if (!job) return null
  const words = {
    run: [t.openRun, t.training],
    batch: [t.openBatch, t.detecting],
    export: [t.openExport, t.exporting],
  }[job.kind]
  const share = Math.min(1, Math.max(0, job.share))
  return (
    <Link
      className={clsx(
        headerButtonLook,
        'mr-1.5 bg-[rgba(12,10,50,0.24)] pr-3 pl-2.5 hover:bg-[rgba(12,10,50,0.36)] max-md:mr-0 max-md:px-[9px]',
      )}
      href={PLACE[job.kind] + job.id}
      aria-label={`${words[0]}: ${job.name}, ${format.percent(share)}`}
      title={`${words[0]} · ${job.name}`}
    >
      <svg className="size-4" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="#fff" strokeOpacity=".35" strokeWidth="2.5" />
        <circle
          cx="8"
          cy="8"
          r="6"
          fill="none"
          stroke="#fff"
          strokeWidth="2.5"
          strokeDasharray={`${share * ROUND} ${ROUND}`}
          transform="rotate(-90 8 8)"
          strokeLinecap="round"
        />
      </svg>
      <span className="max-xl:hidden">{words[1]}</span>
      <span className="font-mono text-[12px]">{format.percent(share)}</span>
    </Link>
  )
}
