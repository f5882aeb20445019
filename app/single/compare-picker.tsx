'use client'

import type { ModelInfo } from '../../server/api/schemas/model'
import { Button } from '../components/button'
import { modelChoices } from '../components/model-choices'
import { useLanguage, useTexts } from '../i18n/language'
import { single } from '../i18n/single'

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
    <div className="float tr ph-hide">
      {open && chosen ? (
        <>
          <select
            className="in h-7 w-48 border-0"
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
          <Button size="s" variant="ghost" className="w" icon="close" onClick={onToggle}>
            {t.leaveCompare}
          </Button>
        </>
      ) : (
        <Button
          size="s"
          variant="ghost"
          className="w"
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
