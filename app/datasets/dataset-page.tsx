'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button, ButtonLink } from '../components/button'
import { EmptyState } from '../components/empty-state'
import { Page } from '../components/page-frame'
import { RequestError } from '../data/request'
import { datasets as texts } from '../i18n/datasets'
import { errorText } from '../i18n/errors'
import { useLanguage, useTexts } from '../i18n/language'
import { DataReportCard } from './data-report'
import { DatasetPictures } from './dataset-pictures'
import { DatasetPill } from './dataset-row'
import { DatasetTiles } from './dataset-tiles'
import { DeleteDataset } from './delete-dataset'
import { useDataset } from './use-dataset'

/** One dataset: what the check found, and every picture with its boxes. */
export function DatasetPage({ id }: { id: string }) {
  const t = useTexts(texts)
  const { lang } = useLanguage()
  const router = useRouter()
  const { dataset, error, recheck } = useDataset(id)
  const [asked, setAsked] = useState(false)

  if (!dataset && error) {
    const gone = error instanceof RequestError && error.status === 404
    return (
      <Page width="form">
        <EmptyState
          card
          room="l"
          icon="data"
          level="h1"
          title={gone ? t.unknown : errorText(lang, error).title}
          text={gone ? t.unknownText : errorText(lang, error).text}
          actions={<ButtonLink href="/datasets">{t.all}</ButtonLink>}
        />
      </Page>
    )
  }
  const report = dataset?.report
  return (
    <Page width="table">
      <div className="flex items-center gap-2 justify-between flex-wrap mb-3.5">
        <div className="min-w-0">
          <Link className="text-12" href="/datasets">
            {t.all}
          </Link>
          <div className="flex items-center gap-2 flex-wrap">
            <h1 className="break-all" translate="no">
              {dataset?.name ?? t.title}
            </h1>
            {dataset && <DatasetPill state={dataset.state} />}
          </div>
          {dataset && (
            <code className="text-12 text-ink-3 break-all" translate="no">
              {dataset.path}
            </code>
          )}
        </div>
        <div className="flex items-center gap-2 flex-wrap">
          <Button icon="trash" onClick={() => setAsked(true)} disabledReason={dataset ? undefined : '…'}>
            {t.delete}
          </Button>
          {report?.ok ? (
            <ButtonLink variant="primary" icon="train" href={`/train?dataset=${id}`}>
              {t.fineTune}
            </ButtonLink>
          ) : (
            <Button variant="primary" icon="train" disabledReason={t.notReady}>
              {t.fineTune}
            </Button>
          )}
        </div>
      </div>
      <div className="grid grid-cols-1 gap-4">
        <DatasetTiles report={report} columns={4} />
        <DataReportCard dataset={dataset} onRecheck={() => void recheck()} />
        {dataset && report && report.train.images + report.test.images > 0 && <DatasetPictures dataset={dataset} />}
      </div>
      <DeleteDataset
        dataset={asked ? dataset : undefined}
        onClose={() => setAsked(false)}
        onDeleted={() => router.push('/datasets')}
      />
    </Page>
  )
}
