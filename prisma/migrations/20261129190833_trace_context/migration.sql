-- AlterTable
ALTER TABLE "action_execution" ADD COLUMN     "traceparent" TEXT;
