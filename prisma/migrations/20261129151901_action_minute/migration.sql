-- AlterTable
ALTER TABLE "action_hour" ADD COLUMN     "delays" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "failed" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "action_minute" (
    "action_id" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "project_id" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "delays" INTEGER[] DEFAULT ARRAY[]::INTEGER[],

    CONSTRAINT "action_minute_pkey" PRIMARY KEY ("action_id","minute")
);

-- CreateIndex
CREATE INDEX "action_minute_project_id_minute_idx" ON "action_minute"("project_id", "minute");

-- CreateIndex
CREATE INDEX "action_minute_minute_idx" ON "action_minute"("minute");

-- Executions that failed so far, by the hour of their end. Rows of days (90 days and older) get none.
UPDATE "action_hour" AS h SET "failed" = e.failed
FROM (
  SELECT action_id, date_trunc('hour', finished_at, 'UTC') AS hour, count(*)::int AS failed
  FROM "action_execution" WHERE status = 'ERROR' AND finished_at IS NOT NULL GROUP BY 1, 2
) AS e
WHERE e.action_id = h.action_id AND e.hour = h.hour;
