import type { Logger } from 'pino'
import type { AccessCode } from './access/access-code'
import type { Gate } from './access/gate'
import type { Batches } from './batches/batches'
import type { ServerConfig } from './config/config'
import type { DataDirectories } from './datasets/data-directories'
import type { Datasets } from './datasets/datasets'
import type { Database } from './db/database'
import type { Detections } from './detections/detections'
import type { EventHub } from './events/event-hub'
import type { JournalReader } from './events/read-journal'
import type { Exports } from './exports/exports'
import type { InferenceQueue } from './inference/inference-queue'
import type { Models } from './models/models'
import type { Estimates } from './runs/estimates'
import type { RunQueue } from './runs/run-queue'
import type { Runs } from './runs/runs'

/** Everything that routes and sockets work with. */
export interface ServerContext {
  config: ServerConfig
  log: Logger
  db: Database
  access: AccessCode
  gate: Gate
  hub: EventHub
  reader: JournalReader
  inference: InferenceQueue
  models: Models
  detections: Detections
  batches: Batches
  datasets: Datasets
  directories: DataDirectories
  runs: Runs
  runQueue: RunQueue
  estimates: Estimates
  exports: Exports
}
