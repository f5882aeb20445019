import { Suspense } from 'react'
import { ExportPage } from './export-page'

export default function Page() {
  return (
    <Suspense>
      <ExportPage />
    </Suspense>
  )
}
