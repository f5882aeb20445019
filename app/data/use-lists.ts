'use client'

import { useEffect } from 'react'
import useSWR, { type SWRResponse } from 'swr'
import type { BatchInfo } from '../../server/batches/schema'
import type { DatasetInfo } from '../../server/datasets/schema'
import type { WatchKind } from '../../server/events/schema'
import type { ExportInfo } from '../../server/exports/schema'
import type { ModelInfo } from '../../server/models/schema'
import type { RunInfo } from '../../server/runs/schema'
import type { SystemInfo } from '../../server/system/schema'
import { request } from './request'
import { onChanged } from './socket'

const get = <T>(path: string) => request<T>(path)

function useLive<T>(
  path: string | null,
  kinds: readonly (WatchKind | 'model' | 'dataset')[],
  pollMs = 0,
): SWRResponse<T> {
  const answer = useSWR<T>(path, get<T>, { keepPreviousData: true, refreshInterval: pollMs, revalidateOnFocus: true })
  const { mutate } = answer
  const key = kinds.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `kinds`
  useEffect(() => (path === null ? undefined : onChanged(kinds, () => void mutate())), [path, key, mutate])
  return answer
}

/** What the server answers to a list is either the list or an object that holds it under its name. */
function listOf<T>(answer: unknown, name: string): T[] | undefined {
  if (answer === undefined) return undefined
  return Array.isArray(answer) ? (answer as T[]) : ((answer as Record<string, T[]>)[name] ?? [])
}

/** All models, kept fresh by the server's hints. */
export function useModels(): { models: ModelInfo[] | undefined; error: unknown; refresh(): void } {
  const { data, error, mutate } = useLive<unknown>('/models', ['model'])
  return { models: listOf<ModelInfo>(data, 'models'), error, refresh: () => void mutate() }
}

export function useRuns(): { runs: RunInfo[] | undefined; error: unknown; refresh(): void } {
  const { data, error, mutate } = useLive<unknown>('/runs', ['run'])
  return { runs: listOf<RunInfo>(data, 'runs'), error, refresh: () => void mutate() }
}

export function useExports(): { exports: ExportInfo[] | undefined; error: unknown; refresh(): void } {
  const { data, error, mutate } = useLive<unknown>('/exports', ['export'])
  return { exports: listOf<ExportInfo>(data, 'exports'), error, refresh: () => void mutate() }
}

export function useBatches(): { batches: BatchInfo[] | undefined; error: unknown; refresh(): void } {
  const { data, error, mutate } = useLive<unknown>('/batches', ['batch'])
  return { batches: listOf<BatchInfo>(data, 'batches'), error, refresh: () => void mutate() }
}

export function useDatasets(): { datasets: DatasetInfo[] | undefined; error: unknown } {
  const { data, error } = useLive<DatasetInfo[]>('/datasets', ['dataset', 'run'])
  return { datasets: data, error }
}

/** Device, limits and what is running; read again every ten seconds and whenever a job changes. */
export function useSystem(): { system: SystemInfo | undefined; error: unknown } {
  const { data, error } = useLive<SystemInfo>('/system', ['run', 'batch', 'export'], 10_000)
  return { system: data, error }
}
