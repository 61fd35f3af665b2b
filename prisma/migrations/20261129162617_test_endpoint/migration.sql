-- AlterTable
ALTER TABLE "project" ADD COLUMN     "test_endpoint_token" TEXT NOT NULL DEFAULT replace((gen_random_uuid())::text, '-'::text, ''::text);

-- CreateTable
CREATE TABLE "test_receipt" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "headers" JSONB NOT NULL,
    "body" TEXT NOT NULL,
    "is_cut" BOOLEAN NOT NULL,
    "signature" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "test_receipt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "test_receipt_project_id_received_at_id_idx" ON "test_receipt"("project_id", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "test_receipt_received_at_idx" ON "test_receipt"("received_at");

-- AddForeignKey
ALTER TABLE "test_receipt" ADD CONSTRAINT "test_receipt_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
