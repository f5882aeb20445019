-- A batch is called a batch everywhere; its rows stay.
ALTER TABLE "Job" RENAME TO "Batch";
ALTER TABLE "JobItem" RENAME TO "BatchItem";
ALTER TABLE "BatchItem" RENAME COLUMN "jobId" TO "batchId";
-- Nobody counts crashes any more: the process that detects is started anew by itself.
ALTER TABLE "BatchItem" DROP COLUMN "crashes";

DROP INDEX "Job_directory_key";
DROP INDEX "Job_state_idx";
DROP INDEX "JobItem_jobId_state_position_idx";
DROP INDEX "JobItem_jobId_position_key";
DROP INDEX "JobItem_jobId_stem_key";
CREATE UNIQUE INDEX "Batch_directory_key" ON "Batch"("directory");
CREATE INDEX "Batch_state_idx" ON "Batch"("state");
CREATE INDEX "BatchItem_batchId_state_position_idx" ON "BatchItem"("batchId", "state", "position");
CREATE UNIQUE INDEX "BatchItem_batchId_position_key" ON "BatchItem"("batchId", "position");
CREATE UNIQUE INDEX "BatchItem_batchId_stem_key" ON "BatchItem"("batchId", "stem");

-- Journals hold these figures; no reader asked for the rows.
DROP TABLE "EpochMetric";

-- A state that only a server which died in the middle of an early version left.
UPDATE "Dataset" SET "state" = 'checking' WHERE "state" = 'unpacking';
