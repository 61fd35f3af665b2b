-- DropIndex
DROP INDEX "action_execution_project_id_source_id_idx";

-- AlterTable
ALTER TABLE "action_execution" ADD COLUMN     "error_code" TEXT,
ADD COLUMN     "response_code" INTEGER;

-- Executions from before have both in their JSON columns, in any form that an older version wrote.
UPDATE "action_execution"
SET "response_code" = CASE WHEN "output" ->> 'status' ~ '^[1-5][0-9][0-9]$' THEN ("output" ->> 'status')::int END,
    "error_code" = "error" ->> 'code'
WHERE jsonb_typeof("output") = 'object' OR jsonb_typeof("error") = 'object';

-- CreateTable
CREATE TABLE "saved_view" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "user_id" TEXT,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "created_by_label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "saved_view_project_id_user_id_idx" ON "saved_view"("project_id", "user_id");

-- CreateIndex
CREATE INDEX "saved_view_user_id_idx" ON "saved_view"("user_id");

-- CreateIndex
CREATE INDEX "action_execution_source_idx" ON "action_execution"("project_id", "source_id" text_pattern_ops);

-- CreateIndex
CREATE INDEX "action_execution_code_idx" ON "action_execution"("project_id", "response_code", "created_at" DESC, "id" DESC) WHERE (response_code <> 200);

-- CreateIndex
CREATE INDEX "action_execution_error_idx" ON "action_execution"("project_id", "error_code", "created_at" DESC, "id" DESC) WHERE (error_code IS NOT NULL);

-- CreateIndex
CREATE INDEX "action_execution_retried_idx" ON "action_execution"("project_id", "attempt_count", "created_at" DESC, "id" DESC) WHERE (attempt_count > 1);

-- CreateIndex
CREATE INDEX "observation_project_id_environment_name_idx" ON "observation"("project_id", "environment", "name");

-- AddForeignKey
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
