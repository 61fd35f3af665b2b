import type { ProjectContext } from "@/server/context";

const GROUPED_MAX = 5_000;
const GROUPS_MAX = 10;

/** Executions of one action whose last attempt failed for the same cause. */
export type FailureGroup = {
  actionId: string;
  actionName: string;
  /** the error code of the last attempt, such as `timeout` */
  code: string | null;
  /** the HTTP status of the receiver's answer; null without an answer */
  responseStatus: number | null;
  /** `failed`: executions with the status ERROR; `waiting`: executions that wait for a retry */
  failed: number;
  waiting: number;
  /** when the first attempt of these executions began */
  firstAt: Date;
  /** the time of the latest failed attempt of these executions */
  lastAt: Date;
  /** the id of the execution that failed last, and the message of its last attempt */
  lastExecutionId: string;
  message: string;
};

/**
 * Groups executions created since `from` by action and cause, and returns the ten largest groups. It reads up to 5,000
 * executions that failed for good, and up to 5,000 that wait for a retry. Deleted actions are left out.
 */
export async function groupFailuresByCause(ctx: ProjectContext, { from }: { from: Date }): Promise<FailureGroup[]> {
  return ctx.db.$queryRaw<FailureGroup[]>`
    WITH failed AS (
      (SELECT * FROM action_execution WHERE project_id = ${ctx.projectId} AND status = 'ERROR' AND created_at >= ${from}
       ORDER BY created_at DESC, id DESC LIMIT ${GROUPED_MAX})
      UNION ALL
      (SELECT * FROM action_execution WHERE project_id = ${ctx.projectId} AND status = 'PENDING'
        AND created_at >= ${from} AND error IS NOT NULL
       ORDER BY created_at, id LIMIT ${GROUPED_MAX})
    ), dated AS (
      SELECT f.id, f.action_id, f.status, f.error ->> 'code' AS code, (f.output ->> 'status')::int AS response_status,
        f.error ->> 'message' AS message,
        coalesce(f.started_at, f.created_at) AS first_at,
        coalesce(f.finished_at, (SELECT a.finished_at FROM action_attempt a
          WHERE a.execution_id = f.id AND a.number = f.attempt_count), f.updated_at) AS last_at
      FROM failed f
    )
    SELECT d.action_id AS "actionId", a.name AS "actionName", d.code, d.response_status AS "responseStatus",
      (count(*) FILTER (WHERE d.status = 'ERROR'))::int AS failed,
        (count(*) FILTER (WHERE d.status = 'PENDING'))::int AS waiting,
      min(d.first_at) AS "firstAt", max(d.last_at) AS "lastAt",
      (array_agg(d.id ORDER BY d.last_at DESC, d.id DESC))[1] AS "lastExecutionId",
      coalesce((array_agg(d.message ORDER BY d.last_at DESC, d.id DESC))[1], '') AS message
    FROM dated d JOIN action_configuration a ON a.id = d.action_id AND a.deleted_at IS NULL
    GROUP BY d.action_id, a.name, d.code, d.response_status ORDER BY count(*) DESC, max(d.last_at) DESC
      LIMIT ${GROUPS_MAX}`;
}
