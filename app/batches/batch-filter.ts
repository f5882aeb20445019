import type { BatchItemInfo } from '../../server/batches/schema'

/** The order of the progress bar and of the chips. */
export const FILTERS = ['all', 'done', 'empty', 'failed', 'wait'] as const
export type Filter = (typeof FILTERS)[number]

/** The kind of a picture: with text, without, failed, or still to come (also left out by a cancel). */
function kindOf(item: BatchItemInfo): Exclude<Filter, 'all'> {
  if (item.state === 'failed') return 'failed'
  if (item.state === 'done') return item.boxes === 0 ? 'empty' : 'done'
  return 'wait'
}

export const matches = (item: BatchItemInfo, filter: Filter): boolean => filter === 'all' || kindOf(item) === filter

/** The queue panel: running first, then failed, then waiting. */
export function queueOrder(items: readonly BatchItemInfo[]): BatchItemInfo[] {
  const of = (state: BatchItemInfo['state']) => items.filter((item) => item?.state === state)
  return [...of('running'), ...of('failed'), ...of('queued')]
}

/** The name without its folders. */
export const baseName = (name: string): string => name.split('/').at(-1) ?? name
