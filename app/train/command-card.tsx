'use client'

import type { TrainOptions } from '../../detector/options/train'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { useCopy } from '../components/clipboard'
import { useTexts } from '../i18n/language'
import { train } from '../i18n/train'
import { trainCommand } from './command-line'

/** The command that does the same as the form. */
export function CommandCard({ options }: { options: TrainOptions }) {
  const t = useTexts(train)
  const copy = useCopy()
  const parts = trainCommand(options)
  const line = `npx --no-install ocr-detect train ${parts.map((p) => `${p.flag} ${p.value}`).join(' ')}`
  return (
    <Card
      title={t.sameAs}
      actions={<Button size="s" variant="ghost" icon="copy" label={t.copyCommand} onClick={() => void copy(line)} />}
    >
      <pre
        className="whitespace-pre-wrap break-words rounded-lg border border-line bg-inset px-3.5 py-3"
        data-testid="command"
        translate="no"
      >
        <span className="text-chart-1">ocr-detect train</span>
        {parts.map((p) => (
          <span key={p.flag}>
            {' '}
            {p.flag} <span className="text-chart-3">{p.value}</span>
          </span>
        ))}
      </pre>
    </Card>
  )
}
