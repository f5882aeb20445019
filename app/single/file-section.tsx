'use client'

import { Button } from '../components/button'
import { Section } from '../components/workspace'
import { useFormat, useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import type { Source } from './use-detection'

interface Props {
  source: Source
  width: number
  height: number
  thumbnail?: string
  onReplace(): void
}

export function FileSection({ source, width, height, thumbnail, onReplace }: Props) {
  const t = useTexts(single)
  const format = useFormat()
  const facts = [
    width > 0 ? `${width} × ${height}` : undefined,
    source.bytes === undefined ? undefined : format.bytes(source.bytes),
  ]
  return (
    <Section phone="early">
      <div className="flex items-center gap-2.5">
        <span
          className="size-11 flex-none rounded-md bg-center bg-cover shadow-[inset_0_0_0_1px_rgba(0,0,0,0.12)]"
          style={thumbnail ? { backgroundImage: `url("${thumbnail}")` } : undefined}
        />
        <div className="min-w-0 flex-1">
          <div className="truncate text-13 font-medium" translate="no" title={source.name}>
            {source.name}
          </div>
          <div className="text-12 text-ink-3">{facts.filter(Boolean).join(' · ') || ' '}</div>
        </div>
        <Button size="s" icon="upload" label={t.replace} onClick={onReplace} />
      </div>
    </Section>
  )
}
