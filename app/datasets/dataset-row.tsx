'use client'

import Link from 'next/link'
import type { DatasetInfo } from '../../server/datasets/schema'
import { Button, ButtonLink } from '../components/button'
import type { IconName } from '../components/icons'
import { Pill, type Tone } from '../components/pill'
import { StackedCell } from '../components/table'
import { datasets } from '../i18n/datasets'
import { DASH } from '../i18n/format'
import { useFormat, useTexts } from '../i18n/language'

type Look = { tone: Tone; icon?: IconName; label: keyof (typeof datasets)['zh'] & DatasetInfo['state'] }

const LOOKS: Record<DatasetInfo['state'], Look> = {
  checking: { tone: 'run', label: 'checking' },
  ready: { tone: 'ok', icon: 'check', label: 'ready' },
  invalid: { tone: 'warn', icon: 'warning', label: 'invalid' },
  missing: { tone: 'err', icon: 'error', label: 'missing' },
  failed: { tone: 'err', icon: 'error', label: 'failed' },
}

export function DatasetPill({ state }: { state: DatasetInfo['state'] }) {
  const t = useTexts(datasets)
  const { tone, icon, label } = LOOKS[state]
  return (
    <Pill tone={tone} icon={icon} dot={icon ? undefined : 'pulse'}>
      {t[label]}
    </Pill>
  )
}

interface Props {
  dataset: DatasetInfo
  onDelete(dataset: DatasetInfo): void
}

/** One dataset with its figures and what can be done with it. On a phone the row becomes a card. */
export function DatasetRow({ dataset, onDelete }: Props) {
  const t = useTexts(datasets)
  const format = useFormat()
  const { report, id, name, state, origin, path, runs, createdAt } = dataset
  return (
    <tr>
      <StackedCell>
        <div className="flex items-center gap-2">
          <Link className="font-medium" href={`/datasets/${id}`} title={path} translate="no">
            {name}
          </Link>
          <Pill>{origin === 'upload' ? t.uploaded : t.directory}</Pill>
        </div>
      </StackedCell>
      <StackedCell phone="wide" name={t.state}>
        <DatasetPill state={state} />
      </StackedCell>
      <StackedCell name={t.trainTest} num>
        {report ? `${format.count(report.train.images)} / ${format.count(report.test.images)}` : DASH}
      </StackedCell>
      <StackedCell name={t.boxes} num className="text-ink-2">
        {report ? format.count(report.train.boxes + report.test.boxes) : DASH}
      </StackedCell>
      <StackedCell phone="hidden" num className="text-ink-2">
        {report?.medianTextHeight ? `${format.number(report.medianTextHeight, 0)} px` : DASH}
      </StackedCell>
      <StackedCell phone="hidden" num className="text-ink-2">
        {format.count(runs)}
      </StackedCell>
      <StackedCell name={t.time} num className="text-ink-2 whitespace-nowrap" title={format.stamp(createdAt)}>
        {format.ago(createdAt)}
      </StackedCell>
      <StackedCell phone="actions">
        <span className="flex items-center justify-end gap-0">
          <ButtonLink size="s" variant="ghost" icon="gallery" label={t.open} href={`/datasets/${id}`} />
          {report?.ok ? (
            <ButtonLink size="s" variant="ghost" icon="train" label={t.fineTune} href={`/train?dataset=${id}`} />
          ) : (
            <Button size="s" variant="ghost" icon="train" label={t.fineTune} disabledReason={t.notReady} />
          )}
          <Button size="s" variant="ghost" icon="trash" label={t.delete} onClick={() => onDelete(dataset)} />
        </span>
      </StackedCell>
    </tr>
  )
}
