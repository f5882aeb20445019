import type { ErrorBody } from '../../detector/errors'
import type { Prisma } from '../../generated/prisma/client'
import type { Database } from '../db/database'
import type { BatchItemInfo } from './schema'

type Item = Prisma.BatchItemGetPayload<object>

/** Pictures of a batch by state; boxes found and seconds spent in all. */
export interface Counts {
  total: number
  done: number
  empty: number
  failed: number
  stopped: number
  boxes: number
  seconds: number
}

/** How far a batch is. */
export async function countItems(db: Database, batchId: string): Promise<Counts> {
  const [groups, empty] = await Promise.all([
    db.batchItem.groupBy({
      by: ['state'],
      where: { batchId },
      _count: { _all: true },
      _sum: { boxes: true, seconds: true },
    }),
    db.batchItem.count({ where: { batchId, state: 'done', boxes: 0 } }),
  ])
  const of = (state: string): number => groups.find((g) => g.state === state)?._count._all ?? 0
  const sum = (key: 'boxes' | 'seconds'): number => groups.reduce((all, g) => all + (g._sum[key] ?? 0), 0)
  return {
    total: groups.reduce((all, g) => all + g._count._all, 0),
    done: of('done'),
    empty,
    failed: of('failed'),
    stopped: of('stopped'),
    boxes: sum('boxes'),
    seconds: sum('seconds'),
  }
}

const FILTERS: Record<string, Prisma.BatchItemWhereInput> = {
  all: {},
  done: { state: 'done' },
  text: { state: 'done', boxes: { gt: 0 } },
  empty: { state: 'done', boxes: 0 },
  failed: { state: 'failed' },
}

/**
 * Pictures of a batch, in the order in which they came.
 * @param after position of the first one: pages stay put while pictures change their state
 * @param filter one of FILTERS
 * @returns at most `limit` pictures, and the position where the next page begins, null on the last one
 */
export async function pageOfItems(db: Database, batchId: string, after: number, limit: number, filter: string) {
  const rows = await db.batchItem.findMany({
    where: { batchId, position: { gte: after }, ...FILTERS[filter] },
    orderBy: { position: 'asc' },
    take: limit + 1,
  })
  const items = rows.slice(0, limit).map(itemInfo)
  return { items, next: rows.length > limit ? rows[limit].position : null }
}

/** A picture of a batch as the API shows it. */
function itemInfo(item: Item): BatchItemInfo {
  return {
    id: item.id,
    index: item.position,
    name: item.name,
    state: item.state as BatchItemInfo['state'],
    ...(item.boxes !== null && { boxes: item.boxes }),
    ...(item.width !== null && { width: item.width }),
    ...(item.height !== null && { height: item.height }),
    ...(item.seconds !== null && { seconds: item.seconds }),
    ...(item.error !== null && { error: item.error as unknown as ErrorBody }),
  }
}
