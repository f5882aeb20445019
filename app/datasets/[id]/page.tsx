import { DatasetPage } from '../dataset-page'

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <DatasetPage key={id} id={id} />
}
