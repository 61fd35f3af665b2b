-- AlterTable
ALTER TABLE "action_execution" ADD COLUMN     "status_seen" TEXT;

-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "seen" TEXT;

-- Reasons quoted the value that a condition saw. It moves into its own column, which only those who may read bodies see.
UPDATE "decision" SET
  "seen" = regexp_replace("reason", '^(Not matched: already finished \([A-Z]+\))\. (.*)$', '\2'),
  "reason" = regexp_replace("reason", '^(Not matched: already finished \([A-Z]+\))\. (.*)$', '\1')
WHERE "reason" ~ '^Not matched: already finished \([A-Z]+\)\. ';

UPDATE "decision" SET
  "seen" = regexp_replace("reason", '^(Cancelled: no longer matches|No longer matches|Not matched, but its execution has already finished|Not matched): (.*)$', '\2'),
  "reason" = regexp_replace("reason", '^(Cancelled: no longer matches|No longer matches|Not matched, but its execution has already finished|Not matched): (.*)$', '\1')
WHERE "seen" IS NULL
  AND "reason" ~ '^(Cancelled: no longer matches|No longer matches|Not matched, but its execution has already finished|Not matched): '
  AND "reason" !~ '^Not matched: already finished \([A-Z]+\)$';

UPDATE "action_execution" SET
  "status_seen" = regexp_replace("status_reason", '^(Cancelled: no longer matches|No longer matches): (.*)$', '\2'),
  "status_reason" = regexp_replace("status_reason", '^(Cancelled: no longer matches|No longer matches): (.*)$', '\1')
WHERE "status_reason" ~ '^(Cancelled: no longer matches|No longer matches): ';
