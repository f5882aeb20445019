'use client'

import { Button } from './components/button'
import { EmptyState } from './components/empty-state'
import { Page } from './components/page-frame'
import { common } from './i18n/common'
import { useTexts } from './i18n/language'

/** A defect of a page: the shell stays, the rest can be loaded again. */
export default function PageError({ error, reset }: { error: Error; reset(): void }) {
  const t = useTexts(common)
  return (
    <Page width="form">
      <EmptyState
        card
        room="l"
        level="h1"
        icon="error"
        title={t.pageBroken}
        text={error.message}
        actions={
          <Button variant="primary" icon="retry" onClick={reset}>
            {t.reload}
          </Button>
        }
      />
    </Page>
  )
}
