import { unchangeableRetentionDays } from "@/domain/retention";
import type { ServiceContext } from "@/server/context";
import { makeBoundedDelete } from "@/server/platform/bounded-delete";
import { foldHourlyCounters } from "./prune/fold-hourly-counters";

/**
 * One statement removes at most this many rows, so that it holds its locks only briefly and writes little to the
 * transaction log.
 */
const CHUNK = 2_000;
const DAY_MS = 86_400_000;
/** The table rate_limit keeps at most this many counters. If it has more, pruning removes those that expire first. */
const COUNTERS_MAX = 500_000;
/**
 * SQL for the time before which token buckets and live streams are surely unused. A bucket is full again after an hour,
 * and a live stream lasts at most ten minutes.
 */
const IDLE = "$1::timestamptz - interval '1 hour'";

/**
 * Removes one chunk of outdated rows of one kind. Returns the number of removed or changed rows; of several tables, the
 * largest number.
 */
type Statement = (ctx: ServiceContext, now: Date) => Promise<number>;

const statements = {
  bodies: async (ctx, now) => {
    const attempts = await ctx.db.$executeRaw`
      UPDATE action_attempt t SET response_body = NULL, response_headers = NULL, request = '{"removed": true}'::jsonb
      FROM (
        SELECT t.id FROM project p JOIN action_attempt t ON t.project_id = p.id
        WHERE t.started_at < ${now}::timestamptz - p.body_retention_days * interval '1 day'
          AND t.request <> '{"removed": true}'::jsonb
        LIMIT ${CHUNK} FOR NO KEY UPDATE OF t SKIP LOCKED) AS old
      WHERE t.id = old.id`;
    const executions = await ctx.db.$executeRaw`
      UPDATE action_execution e SET input = NULL, status_seen = NULL FROM (
        SELECT e.id FROM project p JOIN action_execution e ON e.project_id = p.id
        WHERE e.created_at < ${now}::timestamptz - p.body_retention_days * interval '1 day' AND e.input IS NOT NULL
          AND e.status NOT IN ('PENDING', 'RUNNING') LIMIT ${CHUNK} FOR NO KEY UPDATE OF e SKIP LOCKED) AS old
      WHERE e.id = old.id`;
    return Math.max(attempts, executions);
  },
  executions: async (ctx, now) => {
    const isOld = (e: string): string =>
      `${e}.created_at < ${daysAgo("p.execution_retention_days")} AND ${e}.status NOT IN ('PENDING', 'RUNNING')`;
    const emptied = await remove(ctx, now, {
      table: "action_attempt",
      from: `project p JOIN action_execution e ON e.project_id = p.id
        JOIN action_attempt old ON old.execution_id = e.id`,
      where: isOld("e"),
    });
    const removed = await remove(ctx, now, {
      table: "action_execution",
      from: `project p JOIN action_execution old ON old.project_id = p.id`,
      where: `${isOld("old")}
        AND NOT EXISTS (SELECT 1 FROM observation o
          WHERE o.project_id = old.project_id AND o.event_source = old.event_source AND o.id = old.source_id)
        AND NOT EXISTS (SELECT 1 FROM action_attempt t WHERE t.execution_id = old.id)`,
    });
    return Math.max(emptied, removed);
  },
  decisions: (ctx, now) =>
    removeOfProjects(ctx, { now, table: "decision", time: "created_at", days: "revision_retention_days" }),
  "shadow differences": (ctx, now) =>
    remove(ctx, now, {
      table: "shadow_difference",
      from: `project p JOIN trigger_shadow s ON s.project_id = p.id JOIN shadow_difference old ON old.shadow_id = s.id`,
      where: `old.decided_at < ${daysAgo("p.revision_retention_days")}`,
    }),
  revisions: (ctx, now) =>
    removeOfProjects(ctx, { now, table: "observation_revision", time: "received_at", days: "revision_retention_days" }),
  observations: (ctx, now) =>
    removeOfProjects(ctx, { now, table: "observation", time: "received_at", days: "observation_retention_days" }),
  // Each new span of a trace sets `seen_at` to now, so a trace that still gets spans is kept.
  traces: (ctx, now) => remove(ctx, now, { table: "trace_attributes", where: `seen_at < ${daysAgo(1)}` }),
  "rejected events": (ctx, now) =>
    remove(ctx, now, {
      table: "rejected_event",
      from: "rejected_event old LEFT JOIN project p ON p.id = old.project_id",
      where: `old.received_at < ${daysAgo("coalesce(p.rejected_retention_days, 14)")}`,
    }),
  "test receipts": (ctx, now) =>
    remove(ctx, now, {
      table: "test_receipt",
      where: `received_at < ${daysAgo(unchangeableRetentionDays.testReceipts)}`,
    }),
  notices: async (ctx, now) => {
    const where = `created_at < ${daysAgo(unchangeableRetentionDays.notices)}`;
    const counts = [];
    for (const table of ["operational_notice", "notice", "email"])
      counts.push(await remove(ctx, now, { table, where }));
    return Math.max(...counts);
  },
  // A version is kept while executions from its time exist, or a backfill job that used the version.
  versions: (ctx, now) =>
    remove(ctx, now, {
      table: "configuration_version",
      from: `configuration_version old
        JOIN configuration_version next ON next.target_id = old.target_id AND next.version = old.version + 1`,
      where: `next.created_at < ${daysAgo(unchangeableRetentionDays.versions)}
        AND NOT EXISTS (SELECT 1 FROM action_execution e
          WHERE e.trigger_id = old.target_id AND e.created_at < next.created_at + interval '1 day')
        AND NOT EXISTS (SELECT 1 FROM action_execution e
          WHERE e.action_id = old.target_id AND e.created_at < next.created_at + interval '1 day')
        AND NOT EXISTS (SELECT 1 FROM job j
          WHERE j.project_id = old.project_id AND j.kind = 'backfill' AND j.subject_id = old.target_id
          AND j.params -> 'triggerVersion' = to_jsonb(old.version))`,
    }),
  "audit log": (ctx, now) =>
    remove(ctx, now, { table: "audit_log", where: `created_at < ${daysAgo(unchangeableRetentionDays.auditLog)}` }),
  links: (ctx, now) =>
    remove(ctx, now, {
      table: "access_link",
      where: `created_at < ${daysAgo(unchangeableRetentionDays.linksAndJobs)} AND expires_at < $1::timestamptz`,
    }),
  drafts: (ctx, now) => remove(ctx, now, { table: "trigger_draft", where: "expires_at < $1::timestamptz" }),
  // A repeated API request gets the stored answer for 24 hours.
  "API answers": (ctx, now) => remove(ctx, now, { table: "api_request", where: `created_at < ${daysAgo(1)}` }),
  jobs: (ctx, now) =>
    remove(ctx, now, {
      table: "job",
      from: "job old JOIN project p ON p.id = old.project_id",
      where: `old.finished_at < ${daysAgo(unchangeableRetentionDays.linksAndJobs)}
        AND (old.kind <> 'backfill' OR old.finished_at < ${daysAgo("p.execution_retention_days")})`,
    }),
  sessions: (ctx, now) => remove(ctx, now, { table: "session", where: "expires_at < $1::timestamptz" }),
  verifications: (ctx, now) => remove(ctx, now, { table: "verification", where: "expires_at < $1::timestamptz" }),
  limits: async (ctx, now) => {
    const buckets = await remove(ctx, now, { table: "token_bucket", where: `refilled_at < ${IDLE}` });
    const counters = await remove(ctx, now, {
      table: "rate_limit",
      where: `expires_at <= $1::timestamptz
        OR key IN (SELECT key FROM rate_limit ORDER BY expires_at DESC OFFSET ${COUNTERS_MAX} LIMIT ${CHUNK})`,
      orderBy: "expires_at",
    });
    // A process removes its rows of live streams itself. Only a process that died leaves an old row.
    const streams = await remove(ctx, now, { table: "live_stream", where: `opened_at < ${IDLE}` });
    return Math.max(buckets, counters, streams);
  },
  counters: async (ctx, now) => {
    const minutes = await remove(ctx, now, {
      table: "action_minute",
      where: `minute < ${daysAgo(unchangeableRetentionDays.minuteFigures)}`,
    });
    const sources = await remove(ctx, now, {
      table: "source_counter",
      where: `hour < ${daysAgo(unchangeableRetentionDays.sourceFigures)}`,
    });
    const folded = await foldHourlyCounters(
      ctx,
      new Date(now.getTime() - unchangeableRetentionDays.hourlyFigures * DAY_MS),
      CHUNK,
    );
    return Math.max(minutes, sources, folded);
  },
} satisfies Record<string, Statement>;

export type PruneStep = keyof typeof statements;
/**
 * The names of the pruning steps, in the order in which they run. Some steps keep a row until a later step has removed
 * another one, for example an execution until its subject is gone. The next run then removes the row.
 */
export const pruneSteps = Object.keys(statements) as PruneStep[];

/**
 * Removes one chunk of rows whose retention time is over. `more` tells whether outdated rows are left. An execution
 * loses its bodies and attempts first. Its row stays as long as its subject, so that the subject does not fire again.
 */
export async function pruneChunk(ctx: ServiceContext, step: PruneStep): Promise<{ rows: number; more: boolean }> {
  const rows = await statements[step](ctx, ctx.now());
  return { rows, more: rows >= CHUNK };
}

/**
 * SQL for the time this many days ago. The present time is the statement's parameter `$1`.
 * @param days a number of days, or SQL for the number
 */
const daysAgo = (days: number | string): string => `$1::timestamptz - ${days} * interval '1 day'`;

const remove = (
  ctx: ServiceContext,
  now: Date,
  which: Omit<Parameters<typeof makeBoundedDelete>[0], "rowsMax">,
): Promise<number> => ctx.db.$executeRawUnsafe(makeBoundedDelete({ ...which, rowsMax: CHUNK }), now);

/** @param days the column of the table project that holds the retention time in days */
const removeOfProjects = (
  ctx: ServiceContext,
  { now, table, time, days }: { now: Date; table: string; time: string; days: string },
): Promise<number> =>
  remove(ctx, now, {
    table,
    from: `project p JOIN ${table} old ON old.project_id = p.id`,
    where: `old.${time} < ${daysAgo(`p.${days}`)}`,
  });
