import { Suspense } from 'react'
import { SinglePage } from './single/single-page'

export default function Page() {
  return (
    <Suspense>
      <SinglePage />
    </Suspense>
  )
}
