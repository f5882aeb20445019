import { TryPage } from '../../try-page'

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <TryPage id={id} />
}
