-- AlterTable
ALTER TABLE "project" ADD COLUMN     "unmatched_storage" TEXT NOT NULL DEFAULT 'auto';
