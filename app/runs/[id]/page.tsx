import { RunPage } from '../../train/run-page'

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <RunPage key={id} id={id} />
}
