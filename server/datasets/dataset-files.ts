import { join } from 'node:path'
import type { ServerConfig } from '../config/config'

type Place = Pick<ServerConfig, 'dataDir'>

/** Where what the server itself keeps of a data set lies. */
export const datasetPlace = ({ dataDir }: Place, id: string): string => join(dataDir, 'datasets', id)

/** The pictures of a part with their boxes, one a line, as the check wrote them. */
export const listFile = (place: Place, id: string, split: 'train' | 'test'): string =>
  join(datasetPlace(place, id), `${split}.jsonl`)

/** Folder of the shrunk pictures that belong to the last check of a set. */
export const picturesOf = ({ checkedAt }: { checkedAt: Date | null }): string => `pictures-${checkedAt?.getTime() ?? 0}`

/** Lists of an uploaded set are foreign: they reach nothing outside it. Those of a directory are its owner's. */
export const isConfined = ({ origin }: { origin: string }): boolean => origin === 'upload'
