-- AlterTable
ALTER TABLE "action_configuration" ADD COLUMN     "disabled_by_program" BOOLEAN NOT NULL DEFAULT false;

-- A switch by a person wrote the reason "Switched off by …". Every other reason is the program's.
UPDATE "action_configuration" SET "disabled_by_program" = true
  WHERE "disabled_at" IS NOT NULL AND "disabled_reason" IS NOT NULL AND "disabled_reason" NOT LIKE 'Switched off by %';
