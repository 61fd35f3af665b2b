import { retentionDays } from "@/domain/retention";
import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { foldCounters } from "./prune/fold-counters";

/** Rows of one statement, so that pruning never holds locks or bloats the log for long. */
const CHUNK = 2_000;
const DAY_MS = 86_400_000;
/** Counters of limits that are kept at the most; beyond it those go that would end first. */
const COUNTERS_MAX = 500_000;
/** A bucket that nobody has used for so long is full. */
const BUCKET_IDLE_MS = 60 * 60_000;

/*
 * Each statement takes rows that nobody else has locked: pruning waits for nobody, and so nobody waits for it in a circle.
 */

/** Removes one chunk of a kind. Returns how many rows it touched. */
type Statement = (ctx: ServiceContext, now: Date) => Promise<number>;

const statements = {
  bodies: async (ctx, now) => {
    const attempts = await ctx.db.$executeRaw`
      UPDATE action_attempt t SET response_body = NULL, response_headers = NULL, request = '{"removed": true}'::jsonb FROM (
        SELECT t.id FROM project p JOIN action_attempt t ON t.project_id = p.id
        WHERE t.started_at < ${now}::timestamptz - p.body_retention_days * interval '1 day' AND t.request <> '{"removed": true}'::jsonb
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
    const emptied = await ctx.db.$executeRaw`
      DELETE FROM action_attempt t USING (
        SELECT t.ctid FROM project p JOIN action_execution e ON e.project_id = p.id JOIN action_attempt t ON t.execution_id = e.id
        WHERE e.created_at < ${now}::timestamptz - p.execution_retention_days * interval '1 day'
          AND e.status NOT IN ('PENDING', 'RUNNING') LIMIT ${CHUNK} FOR UPDATE OF t SKIP LOCKED) AS old
      WHERE t.ctid = old.ctid`;
    const removed = await ctx.db.$executeRaw`
      DELETE FROM action_execution e USING (
        SELECT e.ctid FROM project p JOIN action_execution e ON e.project_id = p.id
        WHERE e.created_at < ${now}::timestamptz - p.execution_retention_days * interval '1 day' AND e.status NOT IN ('PENDING', 'RUNNING')
          AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.project_id = e.project_id AND o.event_source = e.event_source AND o.id = e.source_id)
          AND NOT EXISTS (SELECT 1 FROM action_attempt t WHERE t.execution_id = e.id) LIMIT ${CHUNK} FOR UPDATE OF e SKIP LOCKED) AS old
      WHERE e.ctid = old.ctid`;
    return Math.max(emptied, removed);
  },
  decisions: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM decision d USING (
      SELECT d.ctid FROM project p JOIN decision d ON d.project_id = p.id
      WHERE d.created_at < ${now}::timestamptz - p.revision_retention_days * interval '1 day' LIMIT ${CHUNK} FOR UPDATE OF d SKIP LOCKED) AS old
    WHERE d.ctid = old.ctid`,
  revisions: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM observation_revision v USING (
      SELECT v.ctid FROM project p JOIN observation_revision v ON v.project_id = p.id
      WHERE v.received_at < ${now}::timestamptz - p.revision_retention_days * interval '1 day' LIMIT ${CHUNK} FOR UPDATE OF v SKIP LOCKED) AS old
    WHERE v.ctid = old.ctid`,
  observations: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM observation o USING (
      SELECT o.ctid FROM project p JOIN observation o ON o.project_id = p.id
      WHERE o.received_at < ${now}::timestamptz - p.observation_retention_days * interval '1 day' LIMIT ${CHUNK} FOR UPDATE OF o SKIP LOCKED) AS old
    WHERE o.ctid = old.ctid`,
  "rejected events": (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM rejected_event r USING (
      SELECT r.ctid FROM rejected_event r LEFT JOIN project p ON p.id = r.project_id
      WHERE r.received_at < ${now}::timestamptz - coalesce(p.rejected_retention_days, 14) * interval '1 day'
      LIMIT ${CHUNK} FOR UPDATE OF r SKIP LOCKED) AS old
    WHERE r.ctid = old.ctid`,
  notices: (ctx, now) =>
    removeOld(ctx, "operational_notice", Prisma.sql`created_at < ${daysBefore(now, retentionDays.notices)}`),
  // Of a trigger or an action so old that it may be of the version, no execution is left. A later one of a backfill names
  // the version too: the job of the backfill stays as long. Decisions are kept for 90 days at the most.
  versions: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM configuration_version v USING (
      SELECT v.id FROM configuration_version v JOIN configuration_version n ON n.target_id = v.target_id AND n.version = v.version + 1
      WHERE n.created_at < ${daysBefore(now, retentionDays.versions)}
        AND NOT EXISTS (SELECT 1 FROM action_execution e WHERE e.trigger_id = v.target_id AND e.created_at < n.created_at + interval '1 day')
        AND NOT EXISTS (SELECT 1 FROM action_execution e WHERE e.action_id = v.target_id AND e.created_at < n.created_at + interval '1 day')
        AND NOT EXISTS (SELECT 1 FROM job j WHERE j.project_id = v.project_id AND j.kind = 'backfill' AND j.subject_id = v.target_id
          AND j.params -> 'triggerVersion' = to_jsonb(v.version))
      LIMIT ${CHUNK}) AS old
    WHERE v.id = old.id`,
  "audit log": (ctx, now) =>
    removeOld(ctx, "audit_log", Prisma.sql`created_at < ${daysBefore(now, retentionDays.auditLog)}`),
  links: (ctx, now) =>
    removeOld(
      ctx,
      "access_link",
      Prisma.sql`created_at < ${daysBefore(now, retentionDays.linksAndJobs)} AND expires_at < ${now}`,
    ),
  jobs: (ctx, now) => ctx.db.$executeRaw`
    DELETE FROM job WHERE id IN (
      SELECT j.id FROM job j JOIN project p ON p.id = j.project_id
      WHERE j.finished_at < ${daysBefore(now, retentionDays.linksAndJobs)}
        AND (j.kind <> 'backfill' OR j.finished_at < ${now}::timestamptz - p.execution_retention_days * interval '1 day')
      LIMIT ${CHUNK} FOR UPDATE OF j SKIP LOCKED)`,
  sessions: (ctx, now) => removeOld(ctx, "session", Prisma.sql`expires_at < ${now}`),
  verifications: (ctx, now) => removeOld(ctx, "verification", Prisma.sql`expires_at < ${now}`),
  limits: async (ctx, now) => {
    const idle = new Date(now.getTime() - BUCKET_IDLE_MS);
    const buckets = await ctx.db.$executeRaw`
      DELETE FROM token_bucket WHERE name IN (
        SELECT name FROM token_bucket WHERE refilled_at < ${idle} LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED)`;
    const counters = await ctx.db.$executeRaw`
      DELETE FROM rate_limit WHERE key IN (
        SELECT key FROM rate_limit WHERE expires_at <= ${now} OR key IN (SELECT key FROM rate_limit ORDER BY expires_at DESC OFFSET ${COUNTERS_MAX} LIMIT ${CHUNK})
        ORDER BY expires_at LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED)`;
    // A stream lives for ten minutes at the most: an older row was left by a process that died.
    const streams = await ctx.db.$executeRaw`
      DELETE FROM live_stream WHERE id IN (SELECT id FROM live_stream WHERE opened_at < ${idle} LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED)`;
    return Math.max(buckets, counters, streams);
  },
  counters: (ctx, now) => foldCounters(ctx, daysBefore(now, retentionDays.hourlyFigures), CHUNK),
} satisfies Record<string, Statement>;

export type PruneStep = keyof typeof statements;
/** In an order in which what names others goes first. */
export const pruneSteps = Object.keys(statements) as PruneStep[];

/**
 * Removes one chunk of what is kept no longer. Returns how many rows it touched: less than a full chunk means that
 * nothing is left.
 *
 * An execution's row is emptied, not removed, as long as its observation is kept: the row is what keeps that
 * observation from firing twice.
 */
export async function pruneChunk(ctx: ServiceContext, step: PruneStep): Promise<{ rows: number; more: boolean }> {
  const rows = await statements[step](ctx, ctx.now());
  return { rows, more: rows >= CHUNK };
}

const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);

/** @param table has a column `id` */
const removeOld = (ctx: ServiceContext, table: string, isOld: Prisma.Sql): Promise<number> => ctx.db.$executeRaw`
  DELETE FROM ${Prisma.raw(table)} WHERE id IN (SELECT id FROM ${Prisma.raw(table)} WHERE ${isOld} LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED)`;
