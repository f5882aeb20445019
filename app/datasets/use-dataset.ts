'use client'

import useSWR from 'swr'
import type { DatasetInfo } from '../../server/api/schemas/dataset'
import { request } from '../data/request'

export const isBusy = ({ state }: DatasetInfo): boolean => state === 'unpacking' || state === 'checking'

/** Reads a dataset again every second while it is unpacked or checked. */
export function useDataset(id: string | null): {
  dataset: DatasetInfo | undefined
  error: unknown
  refresh(): void
} {
  const { data, error, mutate } = useSWR<DatasetInfo>(
    id === null ? null : `/datasets/${id}`,
    (path: string) => request<DatasetInfo>(path),
    { refreshInterval: (d) => (d && !isBusy(d) ? 0 : 700) },
  )
  return { dataset: data, error, refresh: () => void mutate() }
}
