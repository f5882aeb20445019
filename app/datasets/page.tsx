'use client'

import { ButtonLink } from '../components/button'
import { EmptyState } from '../components/empty-state'
import { datasets } from '../i18n/datasets'
import { useTexts } from '../i18n/language'

export default function DatasetsPage() {
  const t = useTexts(datasets)
  return (
    <div className="page mx-auto">
      <h1 className="mb-3.5">{t.title}</h1>
      <EmptyState
        className="card px-6 py-18"
        icon="data"
        title={t.soon}
        text={t.text}
        actions={
          <ButtonLink href="/train" variant="primary">
            {t.go}
          </ButtonLink>
        }
      />
    </div>
  )
}
