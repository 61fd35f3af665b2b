import type { NoticeKind } from "@/domain/notice";
import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { newId } from "@/server/ids";

const MINUTE_MS = 60_000;
/** The notice about a trigger's problem ends this long after the trigger's last error, ms. */
const PROBLEM_MS = 60 * MINUTE_MS;
/** One call writes at most this many notices of a kind. */
const FOUND_MAX = 1_000;

type Found = { projectId: string; subjectId: string; subject: string; reason: string };

/**
 * SQL condition for a failing endpoint: its circuit breaker is open, or members got a warning since its last success.
 */
const isFailing = Prisma.sql`(h.opened_at IS NOT NULL OR h.warnings > 0)`;
const isNew = (kind: NoticeKind, subjectId: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`NOT EXISTS (SELECT 1 FROM notice n WHERE n.kind = ${kind} AND n.subject_id = ${subjectId}
    AND n.ended_at IS NULL)`;

/**
 * Brings the notices to members up to date with the state of actions and triggers. It writes a notice for each new
 * problem and for each endpoint that delivers again, and ends the notices of problems that are over. If two processes
 * do this at once, a unique index prevents double notices.
 * @returns the number of new notices
 */
export async function syncNoticesWithProblems(ctx: ServiceContext): Promise<number> {
  const recovered = await endNotices(ctx);
  const written = [
    await write(ctx, { kind: "endpoint.failing", found: await failingEndpoints(ctx) }),
    await write(ctx, { kind: "endpoint.disabled", found: await disabledActions(ctx) }),
    await write(ctx, { kind: "trigger.problem", found: await triggerProblems(ctx) }),
    await write(ctx, { kind: "endpoint.recovered", found: recovered, endedAt: ctx.now() }),
  ];
  return written.reduce((sum, each) => sum + each, 0);
}

async function write(
  ctx: ServiceContext,
  { kind, found, endedAt = null }: { kind: NoticeKind; found: readonly Found[]; endedAt?: Date | null },
): Promise<number> {
  if (found.length === 0) return 0;
  const rows = found.map((row) => ({ ...row, id: newId("ntc"), kind, createdAt: ctx.now(), endedAt }));
  const { count } = await ctx.db.notice.createMany({ data: rows, skipDuplicates: true });
  for (const projectId of new Set(found.map((row) => row.projectId))) ctx.live.touch(projectId, "actions");
  return count;
}

const failingEndpoints = (ctx: ServiceContext): Promise<Found[]> => ctx.db.$queryRaw`
  SELECT a.project_id AS "projectId", a.id AS "subjectId", a.name AS subject,
    coalesce(h.last_failure_message, '') AS reason
  FROM action_health h JOIN action_configuration a ON a.id = h.action_id JOIN project p ON p.id = a.project_id
  WHERE ${isFailing} AND a.deleted_at IS NULL AND p.deleted_at IS NULL AND a.disabled_at IS NULL
    AND ${isNew("endpoint.failing", Prisma.sql`a.id`)} LIMIT ${FOUND_MAX}`;

/** Finds actions that the program switched off and that have no open notice about that. */
const disabledActions = (ctx: ServiceContext): Promise<Found[]> => ctx.db.$queryRaw`
  SELECT a.project_id AS "projectId", a.id AS "subjectId", a.name AS subject, a.disabled_reason AS reason
  FROM action_configuration a JOIN project p ON p.id = a.project_id
  WHERE a.disabled_by_program AND a.deleted_at IS NULL AND p.deleted_at IS NULL
    AND ${isNew("endpoint.disabled", Prisma.sql`a.id`)} LIMIT ${FOUND_MAX}`;

/**
 * Finds triggers whose current filter caused errors in the last hour and that have no open notice about that. Index:
 * decision_filter_error_idx.
 */
const triggerProblems = (ctx: ServiceContext): Promise<Found[]> => ctx.db.$queryRaw`
  SELECT DISTINCT ON (t.id) t.project_id AS "projectId", t.id AS "subjectId", t.name AS subject, d.reason
  FROM decision d JOIN trigger_configuration t ON t.id = d.trigger_id JOIN project p ON p.id = t.project_id
  WHERE d.kind = 'filter_error' AND d.created_at > ${new Date(ctx.now().getTime() - PROBLEM_MS)}
    AND d.trigger_version = t.version
    AND t.status = 'ACTIVE' AND t.deleted_at IS NULL AND p.deleted_at IS NULL
    AND ${isNew("trigger.problem", Prisma.sql`t.id`)} ORDER BY t.id, d.created_at DESC LIMIT ${FOUND_MAX}`;

/** Ends notices whose problem is over. Returns the endpoints that deliver again and whose action is on. */
async function endNotices(ctx: ServiceContext): Promise<Found[]> {
  const now = ctx.now();
  const ended = await ctx.db.$queryRaw<(Found & { isOn: boolean })[]>`
    UPDATE notice AS n SET ended_at = ${now} FROM (
      SELECT n.id, a.id IS NOT NULL AND a.disabled_at IS NULL AS is_on FROM notice n
      LEFT JOIN action_configuration a ON a.id = n.subject_id AND a.deleted_at IS NULL
        LEFT JOIN action_health h ON h.action_id = a.id
      WHERE n.ended_at IS NULL AND n.kind = 'endpoint.failing'
        AND (a.id IS NULL OR a.disabled_at IS NOT NULL OR NOT ${isFailing})
    ) AS over WHERE n.id = over.id
    RETURNING n.project_id AS "projectId", n.subject_id AS "subjectId", n.subject, '' AS reason, over.is_on AS "isOn"`;
  await ctx.db.$executeRaw`
    UPDATE notice AS n SET ended_at = ${now} WHERE n.ended_at IS NULL AND n.kind = 'endpoint.disabled' AND NOT EXISTS (
      SELECT 1 FROM action_configuration a WHERE a.id = n.subject_id AND a.deleted_at IS NULL
        AND a.disabled_by_program)`;
  await ctx.db.$executeRaw`
    UPDATE notice AS n SET ended_at = ${now} WHERE n.ended_at IS NULL AND n.kind = 'trigger.problem' AND NOT EXISTS (
      SELECT 1 FROM decision d JOIN trigger_configuration t ON t.id = d.trigger_id
      WHERE d.trigger_id = n.subject_id AND d.kind = 'filter_error'
        AND d.created_at > ${new Date(now.getTime() - PROBLEM_MS)}
        AND d.trigger_version = t.version AND t.status = 'ACTIVE' AND t.deleted_at IS NULL)`;
  return ended.flatMap(({ isOn, ...found }) => (isOn ? [found] : []));
}
