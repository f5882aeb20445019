'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { DatasetInfo } from '../../server/api/schemas/dataset'
import { EmptyState } from '../components/empty-state'
import { SkeletonRows } from '../components/skeleton'
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
    <div className="page wide mx-auto max-w-[1320px]">
      <h1 className="mb-3.5">{t.title}</h1>
      <DatasetChooser path="" onDataset={(id) => router.push(`/datasets/${id}`)} />
      {datasets?.length === 0 ? (
        <EmptyState className="card mt-4 px-6 py-14" icon="data" title={t.none} text={t.noneText} />
      ) : (
        <div className="card mt-4 overflow-auto">
          <table className="resp datasets">
            <thead>
              <tr>
                <th>{t.name}</th>
                <th>{t.state}</th>
                <th className="num">{t.trainTest}</th>
                <th className="num">{t.boxes}</th>
                <th className="num">{t.medianHeight}</th>
                <th className="num">{t.runs}</th>
                <th className="num">{t.time}</th>
                <th>
                  <span className="sr">{t.actions}</span>
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
          </table>
        </div>
      )}
      <DeleteDataset dataset={asked} onClose={() => setAsked(undefined)} />
    </div>
  )
}
