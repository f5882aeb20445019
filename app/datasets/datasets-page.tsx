'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { DatasetInfo } from '../../server/datasets/schema'
import { Card } from '../components/card'
import { EmptyState } from '../components/empty-state'
import { Page } from '../components/page-frame'
import { SkeletonRows } from '../components/skeleton'
import { StackedTable } from '../components/table'
import { useDatasets } from '../data/use-lists'
import { datasets as texts } from '../i18n/datasets'
import { useTexts } from '../i18n/language'
import { DatasetChooser } from './dataset-chooser'
import { DatasetRow } from './dataset-row'
import { DeleteDataset } from './delete-dataset'

/** All data sets that were chosen or uploaded, and a way to add one. */
export function DatasetsPage() {
  const t = useTexts(texts)
  const router = useRouter()
  const { datasets } = useDatasets()
  const [asked, setAsked] = useState<DatasetInfo>()
  return (
    <Page width="table">
      <h1 className="mb-3.5">{t.title}</h1>
      <DatasetChooser path="" onDataset={(id) => router.push(`/datasets/${id}`)} />
      {datasets?.length === 0 ? (
        <EmptyState card room="m" className="mt-4" icon="data" title={t.none} text={t.noneText} />
      ) : (
        <Card flush className="mt-4 overflow-auto">
          <StackedTable>
            <thead>
              <tr>
                <th>{t.name}</th>
                <th>{t.state}</th>
                <th className="text-right">{t.trainTest}</th>
                <th className="text-right">{t.boxes}</th>
                <th className="text-right">{t.medianHeight}</th>
                <th className="text-right">{t.runs}</th>
                <th className="text-right">{t.time}</th>
                <th>
                  <span className="sr-only">{t.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {datasets ? (
                datasets.map((d) => <DatasetRow key={d.id} dataset={d} onDelete={setAsked} />)
              ) : (
                <SkeletonRows rows={3} columns={8} />
              )}
            </tbody>
          </StackedTable>
        </Card>
      )}
      <DeleteDataset dataset={asked} onClose={() => setAsked(undefined)} />
    </Page>
  )
}
