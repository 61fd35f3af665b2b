-- AlterTable
ALTER TABLE "observation" ADD COLUMN     "order_place" INTEGER,
ADD COLUMN     "order_received" BIGINT;
