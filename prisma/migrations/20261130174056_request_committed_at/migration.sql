-- AlterTable
ALTER TABLE "api_request" ADD COLUMN     "committed_at" TIMESTAMPTZ(3);
