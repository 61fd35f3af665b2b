-- The row is the only queue: what waits is found by its action and due time. Its reason is derived from the action.
UPDATE "action_execution" SET "status_reason" = 'Waits for its turn.' WHERE "status" = 'PENDING' AND "parked";

-- DropIndex
DROP INDEX "action_execution_parked_idx";

-- DropIndex
DROP INDEX "action_execution_pending_idx";

-- DropIndex
DROP INDEX "action_execution_undispatched_idx";

-- AlterTable
ALTER TABLE "action_configuration" ADD COLUMN     "paused_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_by_label" TEXT;

-- AlterTable
ALTER TABLE "action_execution" DROP COLUMN "dispatched_at",
DROP COLUMN "generation",
DROP COLUMN "parked";

-- AlterTable
ALTER TABLE "action_health" DROP COLUMN "average_ms",
DROP COLUMN "turn_at",
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "wake_asked_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "action_execution_due_idx" ON "action_execution"("action_id", "trigger_id", "due_at") WHERE (status = 'PENDING');
