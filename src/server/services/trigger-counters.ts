import { Prisma } from "@/generated/prisma/client";
import type { RowsToWrite } from "@/server/db/write-rows-together";

/**
 * Makes the write that adds counts to the hourly counters of triggers. It comes last in a transaction: all batches of a
 * project write these rows, and the locks last until the commit.
 */
export const makeTriggerCounterUpsert = (
  { projectId, now }: { projectId: string; now: Date },
  counters: ReadonlyMap<string, Partial<typeof noCounts>>,
): RowsToWrite => ({
  // Every transaction writes the rows in the order of the trigger ids, so that two do not deadlock.
  rows: [...counters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([triggerId, counter]) => ({ triggerId, ...noCounts, ...counter })),
  toSql: (json) => Prisma.sql`
    INSERT INTO trigger_counter AS c (trigger_id, hour, project_id, backfilled, matched, sampled_in, sampled_out,
      created, skipped, cancelled, delivered, failed)
    SELECT r."triggerId", date_trunc('hour', ${now}::timestamptz, 'UTC'), ${projectId}, r.backfilled, r.matched,
      r."sampledIn", r."sampledOut", r.created, r.skipped, r.cancelled, r.delivered, r.failed
    FROM json_to_recordset(${json}::json) AS r("triggerId" text, backfilled int, matched int, "sampledIn" int,
      "sampledOut" int, created int, skipped int, cancelled int, delivered int, failed int)
    ORDER BY r."triggerId" COLLATE "C"
    ON CONFLICT (trigger_id, hour) DO UPDATE SET
      backfilled = c.backfilled + excluded.backfilled, matched = c.matched + excluded.matched,
      sampled_in = c.sampled_in + excluded.sampled_in, sampled_out = c.sampled_out + excluded.sampled_out,
      created = c.created + excluded.created, skipped = c.skipped + excluded.skipped,
      cancelled = c.cancelled + excluded.cancelled,
      delivered = c.delivered + excluded.delivered, failed = c.failed + excluded.failed`,
});

const noCounts = {
  backfilled: 0,
  matched: 0,
  sampledIn: 0,
  sampledOut: 0,
  created: 0,
  skipped: 0,
  cancelled: 0,
  delivered: 0,
  failed: 0,
};
