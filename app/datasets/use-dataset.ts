'use client'

import useSWR from 'swr'
import type { DatasetInfo } from '../../server/datasets/schema'
import { useToast } from '../components/toast'
import { request } from '../data/request'

export const isBusy = ({ state }: DatasetInfo): boolean => state === 'checking'

/** A dataset, read again every second while it is unpacked or checked; `recheck` has it checked anew, and tells a failure itself. */
export function useDataset(id: string | null): {
  dataset: DatasetInfo | undefined
  error: unknown
  recheck(): Promise<void>
} {
  const { toastError } = useToast()
  const { data, error, mutate } = useSWR<DatasetInfo>(
    id === null ? null : `/datasets/${id}`,
    (path: string) => request<DatasetInfo>(path),
    { refreshInterval: (d) => (d && !isBusy(d) ? 0 : 700) },
  )
  const recheck = async () => {
    try {
      await request(`/datasets/${id}/check`, { method: 'POST' })
      await mutate()
    } catch (e) {
      toastError(e)
    }
  }
  return { dataset: data, error, recheck }
}
