-- AlterTable
ALTER TABLE "Run" ADD COLUMN "external" BOOLEAN NOT NULL DEFAULT false;
