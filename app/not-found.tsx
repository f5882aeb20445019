'use client'

import { ButtonLink } from './components/button'
import { EmptyState } from './components/empty-state'
import { common } from './i18n/common'
import { useTexts } from './i18n/language'

export default function NotFound() {
  const t = useTexts(common)
  return (
    <div className="page mx-auto">
      <EmptyState
        className="card py-18"
        level="h1"
        icon="search"
        title={t.notFound}
        text={t.notFoundText}
        actions={
          <ButtonLink href="/" variant="primary">
            {t.toSingle}
          </ButtonLink>
        }
      />
    </div>
  )
}
