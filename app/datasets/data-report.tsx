'use client'

import clsx from 'clsx'
import type { Finding } from '../../detector/dataset/check/findings'
import type { DatasetInfo } from '../../server/datasets/schema'
import { Button } from '../components/button'
import { Card } from '../components/card'
import { Icon, type IconName } from '../components/icons'
import { Bar } from '../components/progress'
import { RequestError } from '../data/request'
import { datasets } from '../i18n/datasets'
import { errorText } from '../i18n/errors'
import { findingText } from '../i18n/findings'
import { useFormat, useLanguage, useTexts } from '../i18n/language'
import { isBusy } from './use-dataset'

const ROW = 'grid grid-cols-[18px_minmax(0,1fr)_auto] items-start gap-2.5 border-line border-t px-4 py-[11px] text-13'
const LOOK: Record<Finding['severity'], { tone: string; icon: IconName }> = {
  error: { tone: 'text-err', icon: 'error' },
  warning: { tone: 'text-warn', icon: 'warning' },
  note: { tone: 'text-info', icon: 'info' },
  passed: { tone: 'text-ok', icon: 'check' },
}
const ORDER: Finding['severity'][] = ['error', 'warning', 'note', 'passed']

function FindingRow({ finding }: { finding: Finding }) {
  const t = useTexts(datasets)
  const format = useFormat()
  const { lang } = useLanguage()
  const said = findingText(lang, finding)
  const { tone, icon } = LOOK[finding.severity]
  const place = (w: Finding['where'][number]) => `${w.file}${w.line === undefined ? '' : `:${w.line}`}`
  return (
    <div className={ROW}>
      <Icon name={icon} className={clsx('mt-0.5', tone)} />
      <div className="min-w-0">
        <span>{said.title}</span>
        {(finding.where.length > 0 || said.fix) && (
          <p className="text-12 text-ink-3">
            {finding.where[0] && (
              <code className="break-all font-mono text-ink-2" translate="no">
                {place(finding.where[0])}
              </code>
            )}{' '}
            {said.fix}
          </p>
        )}
        {finding.where.length > 1 && (
          <details>
            <summary className="text-12 text-ink-3">
              {t.places(format.count(Math.max(finding.count, finding.where.length)))}
            </summary>
            <ul className="text-12">
              {finding.where.slice(1).map((w) => (
                <li key={place(w)}>
                  <code className="break-all font-mono text-ink-2" translate="no">
                    {place(w)}
                  </code>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      {finding.count > 1 ? <span className="text-12 text-ink-3">×{format.count(finding.count)}</span> : <span />}
    </div>
  )
}

/** What the check of the data found: errors first, each with its places and what to do. */
export function DataReportCard({ dataset, onRecheck }: { dataset: DatasetInfo | undefined; onRecheck(): void }) {
  const t = useTexts(datasets)
  const format = useFormat()
  const { lang } = useLanguage()
  if (!dataset)
    return (
      <Card title={t.dataCheck}>
        <p className="text-12 text-ink-3">{t.checkFirst}</p>
      </Card>
    )
  const { report } = dataset
  const busy = isBusy(dataset)
  const findings = ORDER.flatMap((severity) => report?.findings.filter((f) => f.severity === severity) ?? [])
  return (
    <Card
      flush
      title={t.dataCheck}
      actions={
        <>
          {report && !busy && (
            <span className="text-12 text-ink-3">
              {t.checkedIn(
                format.count(report.train.images + report.test.images),
                `${format.number(report.seconds, 1)} s`,
              )}
            </span>
          )}
          <Button size="s" variant="ghost" icon="retry" busy={busy} onClick={onRecheck}>
            {t.recheck}
          </Button>
        </>
      }
    >
      {busy && (
        <div className={ROW}>
          <Icon name="info" className="mt-0.5 text-info" />
          <div>
            <span>{t.checking}</span>
            <Bar label={t.dataCheck} className="mt-1.5" />
          </div>
          <span />
        </div>
      )}
      {dataset.error && (
        <div className={ROW} role="alert">
          <Icon name="error" className="mt-0.5 text-err" />
          <div>
            <span>{errorText(lang, new RequestError(dataset.error, 0)).title}</span>
            <p className="text-12 text-ink-3">
              {dataset.error.message} {dataset.error.fix}
            </p>
          </div>
          <span />
        </div>
      )}
      {!busy && findings.map((f) => <FindingRow key={`${f.code} ${f.where[0]?.file ?? ''}`} finding={f} />)}
      {!busy && report && findings.length === 0 && (
        <div className={ROW}>
          <Icon name="check" className="mt-0.5 text-ok" />
          <span>{t.allGood}</span>
          <span />
        </div>
      )}
    </Card>
  )
}
