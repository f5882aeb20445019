'use client'

import Link from 'next/link'
import type { SystemInfo } from '../../server/api/schemas/system'
import { common } from '../i18n/common'
import { useFormat, useTexts } from '../i18n/language'

type Job = SystemInfo['running'][number]
const PLACE = { run: '/runs/', batch: '/batches/', export: '/export/' } as const
const RANK = { run: 0, batch: 1, export: 2 } as const
const ROUND = 2 * Math.PI * 6

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
      className="hbtn act"
      href={PLACE[job.kind] + job.id}
      aria-label={`${words[0]}: ${job.name}, ${format.percent(share)}`}
      title={`${words[0]} · ${job.name}`}
    >
      <svg className="job-ring" viewBox="0 0 16 16" aria-hidden="true">
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
      <span className="lbl">{words[1]}</span>
      <span className="mono">{format.percent(share)}</span>
    </Link>
  )
}
