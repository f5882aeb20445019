import { ModelsPage } from './models-page'

export default function Page() {
  return <ModelsPage />
}
