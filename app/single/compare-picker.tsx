'use client'

import clsx from 'clsx'
import type { ModelInfo } from '../../server/models/schema'
import { Button } from '../components/button'
import { inputClass } from '../components/field'
import { modelChoices } from '../components/model-choices'
import { useLanguage, useTexts } from '../i18n/language'
import { single } from '../i18n/single'
import { floatLook } from './stage-tools'

interface Props {
  open: boolean
  models: ModelInfo[]
  chosen?: string
  onChoose(id: string): void
  onToggle(): void
}

/** Begins and ends a comparison and chooses the second model; needs width, so it is hidden on phones. */
export function ComparePicker({ open, models, chosen, onChoose, onToggle }: Props) {
  const t = useTexts(single)
  const { lang } = useLanguage()
  return (
    <div className={clsx(floatLook, 'top-3.5 right-3.5 max-md:hidden')}>
      {open && chosen ? (
        <>
          <select
            className={inputClass('bare')}
            aria-label={t.compareWith}
            value={chosen}
            onChange={(e) => onChoose(e.target.value)}
          >
            {modelChoices(models, lang, chosen).map((m) => (
              <option key={m.value} value={m.value}>
                {m.label}
              </option>
            ))}
          </select>
          <Button variant="tool" icon="close" onClick={onToggle}>
            {t.leaveCompare}
          </Button>
        </>
      ) : (
        <Button
          variant="tool"
          icon="compare"
          onClick={onToggle}
          disabledReason={models.length === 0 ? t.compareNeedsTwo : undefined}
        >
          {t.compare}
        </Button>
      )}
    </div>
  )
}
