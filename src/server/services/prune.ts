import type { ServiceContext } from "@/server/context";

/** Rows of one statement, so that pruning never holds locks or bloats the log for long. */
const CHUNK = 2_000;

export type PruneStep =
  "observations" | "revisions" | "decisions" | "rejected events" | "notices" | "bodies" | "executions" | "limits";
/** What a project was told about its endpoints is kept for so many days. */
const NOTICE_DAYS = 30;

export const pruneSteps: readonly PruneStep[] = [
  "bodies",
  "executions",
  "decisions",
  "revisions",
  "observations",
  "rejected events",
  "notices",
  "limits",
];

/**
 * Removes one chunk of what a project keeps no longer. Returns how many rows it touched: less than a full chunk
 * means that nothing is left.
 *
 * An execution's row is emptied, not removed, as long as its observation is kept: the row is what keeps that
 * observation from firing twice.
 */
export async function pruneChunk(ctx: ServiceContext, step: PruneStep): Promise<{ rows: number; more: boolean }> {
  const rows = await statements[step](ctx, ctx.now());
  return { rows, more: rows >= CHUNK };
}

/** Counters of limits that are kept at the most; beyond it those go that would end first. */
const COUNTERS_MAX = 500_000;
/** A bucket that nobody has used for so long is full. */
const BUCKET_IDLE_MS = 60 * 60_000;

const statements: Record<PruneStep, (ctx: ServiceContext, now: Date) => Promise<number>> = {
  observations: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM observation o USING (
      SELECT o.ctid FROM project p JOIN observation o ON o.project_id = p.id
      WHERE o.received_at < ${now}::timestamptz - p.observation_retention_days * interval '1 day' LIMIT ${CHUNK}) AS old
    WHERE o.ctid = old.ctid`,
  revisions: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM observation_revision v USING (
      SELECT v.ctid FROM project p JOIN observation_revision v ON v.project_id = p.id
      WHERE v.received_at < ${now}::timestamptz - p.revision_retention_days * interval '1 day' LIMIT ${CHUNK}) AS old
    WHERE v.ctid = old.ctid`,
  decisions: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM decision d USING (
      SELECT d.ctid FROM project p JOIN decision d ON d.project_id = p.id
      WHERE d.created_at < ${now}::timestamptz - p.revision_retention_days * interval '1 day' LIMIT ${CHUNK}) AS old
    WHERE d.ctid = old.ctid`,
  notices: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM operational_notice WHERE id IN (
      SELECT id FROM operational_notice WHERE created_at < ${now}::timestamptz - ${NOTICE_DAYS} * interval '1 day' LIMIT ${CHUNK})`,
  limits: async (ctx, now) => {
    const buckets = await ctx.db.$executeRaw`
      DELETE FROM token_bucket WHERE name IN (
        SELECT name FROM token_bucket WHERE refilled_at < ${new Date(now.getTime() - BUCKET_IDLE_MS)} LIMIT ${CHUNK})`;
    const counters = await ctx.db.$executeRaw`
      DELETE FROM rate_limit WHERE key IN (
        (SELECT key FROM rate_limit WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${CHUNK})
        UNION (SELECT key FROM rate_limit ORDER BY expires_at DESC OFFSET ${COUNTERS_MAX} LIMIT ${CHUNK}))`;
    // A stream lives for ten minutes at the most: an older row was left by a process that died.
    const streams = await ctx.db.$executeRaw`
      DELETE FROM live_stream WHERE opened_at < ${new Date(now.getTime() - BUCKET_IDLE_MS)}`;
    return Math.max(buckets, counters, streams);
  },
  "rejected events": (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM rejected_event r USING (
      SELECT r.ctid FROM rejected_event r LEFT JOIN project p ON p.id = r.project_id
      WHERE r.received_at < ${now}::timestamptz - coalesce(p.rejected_retention_days, 14) * interval '1 day' LIMIT ${CHUNK}) AS old
    WHERE r.ctid = old.ctid`,
  bodies: async (ctx, now) => {
    const attempts = await ctx.db.$executeRaw`
      UPDATE action_attempt t SET response_body = NULL, response_headers = NULL, request = '{"removed": true}'::jsonb FROM (
        SELECT t.id FROM project p JOIN action_attempt t ON t.project_id = p.id
        WHERE t.started_at < ${now}::timestamptz - p.body_retention_days * interval '1 day' AND t.request <> '{"removed": true}'::jsonb LIMIT ${CHUNK}) AS old
      WHERE t.id = old.id`;
    const executions = await ctx.db.$executeRaw`
      UPDATE action_execution e SET input = NULL FROM (
        SELECT e.id FROM project p JOIN action_execution e ON e.project_id = p.id
        WHERE e.created_at < ${now}::timestamptz - p.body_retention_days * interval '1 day' AND e.input IS NOT NULL
          AND e.status NOT IN ('PENDING', 'RUNNING') LIMIT ${CHUNK}) AS old
      WHERE e.id = old.id`;
    return Math.max(attempts, executions);
  },
  executions: async (ctx, now) => {
    const emptied = await ctx.db.$executeRaw`
      DELETE FROM action_attempt t USING (
        SELECT t.ctid FROM project p JOIN action_execution e ON e.project_id = p.id JOIN action_attempt t ON t.execution_id = e.id
        WHERE e.created_at < ${now}::timestamptz - p.execution_retention_days * interval '1 day'
          AND e.status NOT IN ('PENDING', 'RUNNING') LIMIT ${CHUNK}) AS old
      WHERE t.ctid = old.ctid`;
    const removed = await ctx.db.$executeRaw`
      DELETE FROM action_execution e USING (
        SELECT e.ctid FROM project p JOIN action_execution e ON e.project_id = p.id
        WHERE e.created_at < ${now}::timestamptz - p.execution_retention_days * interval '1 day' AND e.status NOT IN ('PENDING', 'RUNNING')
          AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.project_id = e.project_id AND o.event_source = e.event_source AND o.id = e.source_id)
          AND NOT EXISTS (SELECT 1 FROM action_attempt t WHERE t.execution_id = e.id) LIMIT ${CHUNK}) AS old
      WHERE e.ctid = old.ctid`;
    return Math.max(emptied, removed);
  },
};
