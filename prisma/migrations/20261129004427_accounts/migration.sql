-- AlterTable
ALTER TABLE "audit_log" ALTER COLUMN "project_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "project" ADD COLUMN     "created_by_id" TEXT;

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "is_installation_admin" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "audit_log_account_idx" ON "audit_log"("target_id", "created_at" DESC, "id" DESC) WHERE (project_id IS NULL);

-- CreateIndex
CREATE INDEX "project_created_by_id_idx" ON "project"("created_by_id");

-- The first account runs the installation.
UPDATE "user" SET "is_installation_admin" = true
WHERE "id" = (SELECT "id" FROM "user" ORDER BY "created_at", "id" LIMIT 1);

-- Who made a project stands in its audit log; of older ones the first owner counts.
UPDATE "project" p SET "created_by_id" = coalesce(
  (SELECT a."actor_id" FROM "audit_log" a WHERE a."project_id" = p."id" AND a."action" = 'project.create' ORDER BY a."created_at" LIMIT 1),
  (SELECT m."user_id" FROM "membership" m WHERE m."project_id" = p."id" AND m."role" = 'owner' ORDER BY m."created_at", m."user_id" LIMIT 1));

-- Sessions go on: a browser's token is looked up by its hash from now on.
UPDATE "session" SET "token" = encode(sha256(convert_to("token", 'UTF8')), 'hex');
