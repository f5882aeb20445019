'use client'

import Link from 'next/link'
import type { ModelInfo } from '../../server/models/schema'
import { Button, ButtonLink } from '../components/button'
import { measuredOn, modelName } from '../components/model-choices'
import { Pill, type Tone } from '../components/pill'
import { StackedCell } from '../components/table'
import { DASH } from '../i18n/format'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { models as texts } from '../i18n/models'

interface Props {
  model: ModelInfo
  onDelete(model: ModelInfo): void
}

const TONES: Record<ModelInfo['kind'], Tone> = { base: 'info', best: 'run', final: 'neutral', imported: 'warn' }

/** One model with its figures and what can be done with it. On a phone the row becomes a card. */
export function ModelRow({ model, onDelete }: Props) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const format = useFormat()
  const kinds = { base: t.base, best: t.best, final: t.final, imported: t.importedKind }
  const [set, figures] = measuredOn(model)
  const gone = model.missing ? t.fileMissing : undefined
  const blocked = model.blocked === 'base' ? t.baseBlocked : model.blocked === 'in-use' ? t.inUse : undefined
  return (
    <tr>
      <StackedCell>
        <div className="flex items-center gap-2">
          <span className="font-medium whitespace-nowrap" translate="no" title={model.sha256}>
            {modelName(model, lang)}
          </span>
          <Pill tone={TONES[model.kind]}>{kinds[model.kind]}</Pill>
          {model.missing && (
            <Pill tone="err" icon="error">
              {t.missing}
            </Pill>
          )}
        </div>
      </StackedCell>
      <StackedCell phone="wide" name={t.source} className="text-ink-2 whitespace-nowrap">
        {model.run ? (
          <span>
            <Link href={`/runs/${model.run.id}`} translate="no">
              {model.run.name}
            </Link>
            {model.run.epoch !== null && ` · ${t.epoch(model.run.epoch)}`}
          </span>
        ) : model.kind === 'base' ? (
          t.publicSets
        ) : (
          t.importedKind
        )}
      </StackedCell>
      <StackedCell name="hmean" num>
        <span className="flex items-center justify-end gap-2.5" title={set}>
          <span className="h-1 w-14 overflow-hidden rounded-md bg-hover max-md:hidden" aria-hidden="true">
            <i className="block h-full rounded-md bg-brand" style={{ width: `${(figures?.hmean ?? 0) * 100}%` }} />
          </span>
          <b className="min-w-[38px] font-semibold">{format.number(figures?.hmean, 3)}</b>
        </span>
      </StackedCell>
      <StackedCell phone="hidden" num className="text-ink-2">
        {format.number(figures?.precision, 3)}
      </StackedCell>
      <StackedCell phone="hidden" num className="text-ink-2">
        {format.number(figures?.recall, 3)}
      </StackedCell>
      <StackedCell name={t.threshold} num className="text-ink-2">
        {model.thresholds.threshold.toFixed(2)}
      </StackedCell>
      <StackedCell phone="hidden" num className="text-ink-2 whitespace-nowrap">
        {model.size > 0 ? format.bytes(model.size) : DASH}
      </StackedCell>
      <StackedCell name={t.time} num className="text-ink-2 whitespace-nowrap" title={format.stamp(model.createdAt)}>
        {model.kind === 'base' ? t.shipped : format.ago(model.createdAt)}
      </StackedCell>
      <StackedCell phone="actions">
        <span className="flex items-center justify-end gap-0">
          <Action icon="bolt" label={t.detect} href={`/?model=${model.id}`} reason={gone} />
          <Action
            icon="train"
            label={t.train}
            href={`/train?model=${model.id}`}
            reason={gone ?? (model.trainable ? undefined : t.notTrainable)}
          />
          <Action
            icon="export"
            label={t.export}
            href={`/export?model=${model.id}`}
            reason={gone ?? (model.exportable ? undefined : t.notExportable)}
          />
          <Action
            icon="download"
            label={t.download}
            href={`/api/models/${model.id}/file`}
            file={model.file}
            reason={gone}
          />
          <Button
            size="s"
            variant="ghost"
            icon="trash"
            label={t.delete}
            disabledReason={blocked}
            onClick={() => onDelete(model)}
          />
        </span>
      </StackedCell>
    </tr>
  )
}

interface ActionProps {
  icon: 'bolt' | 'train' | 'export' | 'download'
  label: string
  href: string
  /** Name of the file that the address answers. */
  file?: string
  /** Why it cannot be done. */
  reason?: string
}

function Action({ icon, label, href, file, reason }: ActionProps) {
  return reason ? (
    <Button size="s" variant="ghost" icon={icon} label={label} disabledReason={reason} />
  ) : (
    <ButtonLink size="s" variant="ghost" icon={icon} label={label} href={href} download={file} />
  )
}
