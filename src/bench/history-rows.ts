import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import type { TestContext } from "@/test/context";
import { makeSystemProjectContext } from "@/server/services/access";

const TRIGGERS = 20;

/** Inserts a project with executions of the last 90 days, and the observations of these executions. */
export async function insertExecutionHistory(base: TestContext, rows: number) {
  const { db } = base;
  const { id: projectId } = await makeProject(base);
  const action = await makeAction(base, projectId, "https://example.com/hook");
  const triggerIds: string[] = [];
  for (let n = 0; n < TRIGGERS; n++) triggerIds.push((await makeTrigger(base, projectId, [action.id])).id);
  await db.$executeRaw`
    INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status,
      status_reason, trigger_version, event_id,
      due_at, input, attempt_count, output, response_code, error_code, created_at, updated_at, started_at, finished_at)
    SELECT 'exe_' || ${projectId}::text || '_' || n, ${projectId}, (${triggerIds}::text[])[1 + n % ${TRIGGERS}::int],
      ${action.id}, 'observation.created', 'obs-' || n,
      (CASE WHEN n % 25 <> 0 THEN 'COMPLETED' WHEN n % 50 = 0 THEN 'ERROR' WHEN n % 75 = 0 THEN 'CANCELLED'
        WHEN n % 1000 = 25 THEN 'RUNNING' ELSE 'PENDING' END)::execution_status,
      'Delivered.', 1, 'evt_' || n, at,
      '{"type":"observation.created","data":{"observation":{"id":"obs-' || n || '","name":"answer","level":"ERROR"}}}',
      1 + n % 7 % 4,
      '{"status":200,"durationMs":42}'::jsonb, CASE WHEN n % 50 = 0 THEN 503 WHEN n % 99991 = 0 THEN 418 ELSE 200 END,
      CASE WHEN n % 50 = 0 THEN '5xx' WHEN n % 1001 = 0 THEN 'timeout' END, at, at, at, at + interval '1 second'
    FROM (SELECT n, ${base.now()}::timestamptz - (${rows}::int - n) * (interval '90 days' / ${rows}::int) AS at
      FROM generate_series(1, ${rows}::int) AS n) AS rows`;
  await db.$executeRaw`
    INSERT INTO observation (project_id, id, name, environment, trace_id, state, first_received_at, received_at)
    SELECT ${projectId}, 'obs-' || n, CASE WHEN n % 9973 = 0 THEN 'rare' ELSE 'answer' END,
      CASE WHEN n % 5003 = 0 THEN 'staging' ELSE 'production' END,
      'trace-' || n / 20, '{}', ${base.now()}, ${base.now()} FROM generate_series(1, ${rows}::int) AS n`;
  return { ctx: makeSystemProjectContext(base, projectId), triggerIds, actionId: action.id };
}
