import { toJsonParameter } from "@/server/db/json-parameter";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ActionRef } from "../action-ref";

/**
 * Counts executions that gave up without a recorded attempt, for their actions and triggers. `recordAttempts` counts
 * all other failed executions. Both functions lock the counters in one order, against deadlocks: hours, minutes,
 * triggers.
 */
export async function countFailedExecutions(
  tx: DatabaseOrTransaction,
  failed: readonly (ActionRef & { triggerId: string })[],
  now: Date,
): Promise<void> {
  if (failed.length === 0) return;
  const json = toJsonParameter(
    failed.map(({ projectId, actionId, triggerId }) => ({ projectId, actionId, triggerId })),
  );
  await tx.$executeRaw`
    WITH r AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${json}::json) AS r("projectId" text, "actionId" text, "triggerId" text)
    ), hours AS (
      INSERT INTO action_hour AS h (action_id, hour, project_id, failed, latency)
      SELECT "actionId", date_trunc('hour', ${now}::timestamptz, 'UTC'), "projectId", count(*), '{}'
      FROM r GROUP BY 1, 3 ORDER BY "actionId" COLLATE "C"
      ON CONFLICT (action_id, hour) DO UPDATE SET failed = h.failed + excluded.failed
      RETURNING 1
    ), minutes AS (
      INSERT INTO action_minute AS h (action_id, minute, project_id, failed)
      SELECT "actionId", date_trunc('minute', ${now}::timestamptz, 'UTC'), "projectId", count(*)
      FROM r WHERE (SELECT count(*) FROM hours) >= 0 GROUP BY 1, 3 ORDER BY "actionId" COLLATE "C"
      ON CONFLICT (action_id, minute) DO UPDATE SET failed = h.failed + excluded.failed
      RETURNING 1
    )
    INSERT INTO trigger_counter AS c (trigger_id, hour, project_id, failed)
    SELECT "triggerId", date_trunc('hour', ${now}::timestamptz, 'UTC'), "projectId", count(*)
    FROM r WHERE (SELECT count(*) FROM minutes) >= 0 GROUP BY 1, 3 ORDER BY "triggerId" COLLATE "C"
    ON CONFLICT (trigger_id, hour) DO UPDATE SET failed = c.failed + excluded.failed`;
}
