'use client'

import { Button } from './components/button'
import { EmptyState } from './components/empty-state'
import { common } from './i18n/common'
import { useTexts } from './i18n/language'

/** A defect of a page: the shell stays, the rest can be loaded again. */
export default function PageError({ error, reset }: { error: Error; reset(): void }) {
  const t = useTexts(common)
  return (
    <div className="page mx-auto">
      <EmptyState
        className="card py-18"
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
    </div>
  )
}
