'use client'

import { ButtonLink } from './components/button'
import { EmptyState } from './components/empty-state'
import { Page } from './components/page-frame'
import { common } from './i18n/common'
import { useTexts } from './i18n/language'

export default function NotFound() {
  const t = useTexts(common)
  return (
    <Page width="form">
      <EmptyState
        card
        room="l"
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
    </Page>
  )
}
