import { join } from 'node:path'
import type { ServerConfig } from '../config/config'
import { fromStored } from '../storage/stored-path'

/** Files of a picture of a batch. */
export interface ItemFiles {
  picture: string
  json: string
  visualization: string
  thumbnail: string
}

/** Where the files of batches lie: results in the output folder, the rest in the data directory. */
export class BatchFiles {
  constructor(private readonly config: Pick<ServerConfig, 'root' | 'dataDir'>) {}

  of(batch: { id: string; directory: string }, item: { id: string; stem: string }): ItemFiles {
    const directory = this.directory(batch)
    return {
      picture: join(this.place(batch.id), 'pictures', item.id),
      json: join(directory, 'json', `${item.stem}.json`),
      visualization: join(directory, 'visualization', `${item.stem}.png`),
      thumbnail: join(this.place(batch.id), 'thumbnails', `${item.id}.webp`),
    }
  }

  directory(batch: { directory: string }): string {
    return fromStored(this.config.root, batch.directory)
  }

  place(id: string): string {
    return join(this.config.dataDir, 'batches', id)
  }

  leftOut(id: string): string {
    return join(this.place(id), 'left-out.jsonl')
  }

  journal(id: string): string {
    return join(this.place(id), 'events.jsonl')
  }
}
