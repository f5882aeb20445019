import { DatasetsPage } from './datasets-page'

export default function Page() {
  return <DatasetsPage />
}
