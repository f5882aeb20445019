import { BatchesPage } from './batches-page'

export default function Page() {
  return <BatchesPage />
}
