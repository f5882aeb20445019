'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button, ButtonLink } from '../components/button'
import { EmptyState } from '../components/empty-state'
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
      <div className="page mx-auto">
        <EmptyState
          className="card px-6 py-18"
          icon="data"
          level="h1"
          title={gone ? t.unknown : errorText(lang, error).title}
          text={gone ? t.unknownText : errorText(lang, error).text}
          actions={<ButtonLink href="/datasets">{t.all}</ButtonLink>}
        />
      </div>
    )
  }
  const report = dataset?.report
  return (
    <div className="page wide mx-auto max-w-[1320px]">
      <div className="row between wrap mb-3.5">
        <div className="min-w-0">
          <Link className="small" href="/datasets">
            {t.all}
          </Link>
          <div className="row wrap">
            <h1 className="break-all" translate="no">
              {dataset?.name ?? t.title}
            </h1>
            {dataset && <DatasetPill state={dataset.state} />}
          </div>
          {dataset && (
            <code className="small dim break-all" translate="no">
              {dataset.path}
            </code>
          )}
        </div>
        <div className="row wrap">
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
      <div className="stack">
        <DatasetTiles report={report} columns={4} />
        <DataReportCard dataset={dataset} onRecheck={() => void recheck()} />
        {dataset && report && report.train.images + report.test.images > 0 && <DatasetPictures dataset={dataset} />}
      </div>
      <DeleteDataset
        dataset={asked ? dataset : undefined}
        onClose={() => setAsked(false)}
        onDeleted={() => router.push('/datasets')}
      />
    </div>
  )
}
