import { Suspense } from 'react'
import { NewRun } from './new-run'

export default function Page() {
  return (
    <Suspense>
      <NewRun />
    </Suspense>
  )
}
