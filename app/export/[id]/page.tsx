import { redirect } from 'next/navigation'

/** The address of one export, as the job ring and the API know it. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  redirect(`/export?export=${encodeURIComponent(id)}`)
}
