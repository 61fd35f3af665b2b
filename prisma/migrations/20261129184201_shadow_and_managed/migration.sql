-- AlterTable
ALTER TABLE "trigger_configuration" ADD COLUMN     "management" TEXT;

-- CreateTable
CREATE TABLE "trigger_shadow" (
    "id" TEXT NOT NULL,
    "trigger_id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "sampling_rate" DOUBLE PRECISION NOT NULL,
    "sampling_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "started_by_label" TEXT NOT NULL,
    "both_fired" INTEGER NOT NULL DEFAULT 0,
    "more" INTEGER NOT NULL DEFAULT 0,
    "fewer" INTEGER NOT NULL DEFAULT 0,
    "neither" INTEGER NOT NULL DEFAULT 0,
    "undecided" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "trigger_shadow_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shadow_difference" (
    "shadow_id" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "active" TEXT NOT NULL,
    "proposed" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shadow_difference_pkey" PRIMARY KEY ("shadow_id","source_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "trigger_shadow_trigger_id_key" ON "trigger_shadow"("trigger_id");

-- CreateIndex
CREATE INDEX "trigger_shadow_project_id_idx" ON "trigger_shadow"("project_id");

-- CreateIndex
CREATE INDEX "shadow_difference_shadow_id_decided_at_source_id_idx" ON "shadow_difference"("shadow_id", "decided_at" DESC, "source_id" DESC);

-- AddForeignKey
ALTER TABLE "trigger_shadow" ADD CONSTRAINT "trigger_shadow_trigger_id_fkey" FOREIGN KEY ("trigger_id") REFERENCES "trigger_configuration"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shadow_difference" ADD CONSTRAINT "shadow_difference_shadow_id_fkey" FOREIGN KEY ("shadow_id") REFERENCES "trigger_shadow"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A trigger whose newest version the files made is managed by them.
UPDATE trigger_configuration AS t SET management = 'managed' FROM configuration_version AS v
WHERE v.target_id = t.id AND v.version = t.version AND v.summary = 'Applied from files.';
