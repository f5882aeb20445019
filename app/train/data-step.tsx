'use client'

import clsx from 'clsx'
import type { TrainOptions } from '../../detector/options/train'
import { Banner } from '../components/banner'
import { Button } from '../components/button'
import { Columns, stickyLook } from '../components/page-frame'
import { useDatasets } from '../data/use-lists'
import { DataReportCard } from '../datasets/data-report'
import { DatasetChooser } from '../datasets/dataset-chooser'
import { DatasetPreview } from '../datasets/dataset-preview'
import { DatasetTiles } from '../datasets/dataset-tiles'
import { useDataset } from '../datasets/use-dataset'
import { datasets as dataTexts } from '../i18n/datasets'
import { useTexts } from '../i18n/language'
import { train } from '../i18n/train'

const FORMATS = { icdar: 'ICDAR2015', paddle: 'PaddleOCR' } as const

interface Props {
  datasetId: string | null
  onDataset(id: string): void
  onNext(): void
  testFrom: TrainOptions['testFrom']
  onTestFrom(from: TrainOptions['testFrom']): void
}

/** First step of a run: where the data lie, what the check found, what the pictures look like. */
export function DataStep({ datasetId, onDataset, onNext, testFrom, onTestFrom }: Props) {
  const t = useTexts(train)
  const d = useTexts(dataTexts)
  const { dataset, recheck } = useDataset(datasetId)
  const { datasets: known } = useDatasets()
  const usable = known?.filter(({ state }) => state === 'ready') ?? []

  const report = dataset?.report
  const images = report ? report.train.images + report.test.images : 0
  const blocked = !dataset
    ? d.chooseFirst
    : dataset.state === 'checking'
      ? d.checking
      : report?.ok
        ? undefined
        : t.fixFirst

  return (
    <Columns kind="side">
      <div className="grid grid-cols-1 gap-4">
        <DatasetChooser
          path={dataset?.origin === 'directory' ? dataset.path : ''}
          onDataset={onDataset}
          note={
            report &&
            report.format !== 'unknown' && (
              <span>
                {d.recognised}
                {report.format === 'folders' ? d.filePairs : FORMATS[report.format]}
              </span>
            )
          }
        >
          {!dataset && usable.length > 0 && (
            <div className="flex flex-wrap items-center gap-2 text-12">
              <span className="text-ink-3">{d.recent}</span>
              {usable.slice(0, 5).map(({ id, name, path }) => (
                <Button key={id} size="s" variant="ghost" title={path} onClick={() => onDataset(id)}>
                  {name}
                </Button>
              ))}
            </div>
          )}
        </DatasetChooser>
        {report?.findings.some(({ code }) => code === 'test-no-text') && (
          <Banner
            tone={testFrom === 'split' ? 'ok' : 'warn'}
            actions={
              testFrom === 'list' && (
                <Button size="s" onClick={() => onTestFrom('split')}>
                  {t.splitTest}
                </Button>
              )
            }
          >
            {testFrom === 'split' ? t.splitDone : t.nothingToMeasure}
          </Banner>
        )}
        <DataReportCard dataset={dataset} onRecheck={() => void recheck()} />
      </div>
      <div className={clsx(stickyLook, 'grid grid-cols-1 gap-4 max-xl:static')}>
        <DatasetTiles report={report} columns={2} />
        {dataset && images > 0 && <DatasetPreview dataset={dataset} />}
        <Button variant="primary" size="l" full disabledReason={blocked} onClick={onNext}>
          {t.next}
        </Button>
      </div>
    </Columns>
  )
}
