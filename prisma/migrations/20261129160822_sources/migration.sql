-- AlterTable
ALTER TABLE "event_key" ADD COLUMN     "llm_spans_only" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "source_counter" (
    "key_id" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "events" INTEGER NOT NULL DEFAULT 0,
    "llm" INTEGER NOT NULL DEFAULT 0,
    "without_content" INTEGER NOT NULL DEFAULT 0,
    "without_cost" INTEGER NOT NULL DEFAULT 0,
    "without_user" INTEGER NOT NULL DEFAULT 0,
    "errors" INTEGER NOT NULL DEFAULT 0,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "source_counter_pkey" PRIMARY KEY ("key_id","hour","kind","name")
);

-- CreateIndex
CREATE INDEX "source_counter_hour_idx" ON "source_counter"("hour");
