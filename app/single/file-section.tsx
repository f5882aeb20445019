'use client'

import { Button } from '../components/button'
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
    <div className="sec early">
      <div className="file">
        <span className="th" style={thumbnail ? { backgroundImage: `url("${thumbnail}")` } : undefined} />
        <div className="grow">
          <div className="trunc text-[13px] font-medium" translate="no" title={source.name}>
            {source.name}
          </div>
          <div className="small dim">{facts.filter(Boolean).join(' · ') || ' '}</div>
        </div>
        <Button size="s" icon="upload" label={t.replace} onClick={onReplace} />
      </div>
    </div>
  )
}
