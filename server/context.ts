import type { Logger } from 'pino'
import type { AccessCode } from './access/access-code'
import type { Gate } from './access/gate'
import type { ServerConfig } from './config'
import type { EventHub } from './events/event-hub'
import type { JournalReader } from './events/read-journal'
import type { Batches } from './jobs/batches'
import type { DataDirectories } from './jobs/data-directories'
import type { Datasets } from './jobs/datasets'
import type { Detections } from './jobs/detections'
import type { Estimates } from './jobs/estimates'
import type { Exports } from './jobs/exports'
import type { InferenceQueue } from './jobs/inference-queue'
import type { Models } from './jobs/models'
import type { RunQueue } from './jobs/run-queue'
import type { Runs } from './jobs/runs'
import type { Database } from './store/database'

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
