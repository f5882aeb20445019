import { BatchPage } from '../batch-page'

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <BatchPage id={(await params).id} />
}
