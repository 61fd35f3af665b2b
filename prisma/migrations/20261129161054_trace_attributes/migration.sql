-- CreateTable
CREATE TABLE "trace_attributes" (
    "project_id" TEXT NOT NULL,
    "event_source" TEXT NOT NULL,
    "trace_id" TEXT NOT NULL,
    "attributes" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "filled_revision" INTEGER NOT NULL DEFAULT 0,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trace_attributes_pkey" PRIMARY KEY ("project_id","event_source","trace_id")
);

-- CreateIndex
CREATE INDEX "trace_attributes_seen_at_idx" ON "trace_attributes"("seen_at");
