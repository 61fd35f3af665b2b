-- AlterTable
ALTER TABLE "observation" ADD COLUMN     "facts" JSONB;
