import type { RunInfo } from '../../server/runs/schema'

/** Address of the form of a new run, filled like this one but for what is changed. */
export function newRunUrl(run: RunInfo, change: Record<string, string | number>): string {
  const query = new URLSearchParams({ from: run.id })
  for (const [key, value] of Object.entries(change)) query.set(key, String(value))
  return `/train?${query}`
}
