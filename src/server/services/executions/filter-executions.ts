import { z } from "zod";
import {
  parseAttemptCountBounds,
  searchedAttemptCountRule,
  searchedResponseCodeRule,
  recogniseSearchText,
  parsePeriodMs,
  searchedPeriodRule,
  statusFilters,
  type StatusFilter,
} from "@/domain/execution-query";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { StorableDate } from "../keyset";
import { makeContainsTextWhere, escapeLikePattern } from "../search";

const Id = z.string().min(1).max(1_000);
const Text = z.string().min(1).max(200);
const ruled = ({ pattern, message }: { pattern: RegExp; message: string }) => z.string().regex(pattern, message);

/** The filters of the execution history, for the list, its counts, exports and bulk jobs. */
export const ExecutionFilters = z.object({
  triggerId: Id.optional(),
  actionId: Id.optional(),
  /** a text that the name of the execution's trigger must contain */
  triggerName: Text.optional(),
  /** a text that the name of the execution's action must contain */
  actionName: Text.optional(),
  sourceId: Id.optional(),
  /** HTTP status codes of the last attempt, such as `404`, or classes such as `5xx` */
  code: z.array(ruled(searchedResponseCodeRule)).max(20).optional(),
  /** error codes of the last attempt, such as `timeout` */
  error: z.array(z.string().min(1).max(50)).max(20).optional(),
  attempts: ruled(searchedAttemptCountRule).optional(),
  environment: Text.optional(),
  /** the name of the subject */
  observationName: Text.optional(),
  traceId: Text.optional(),
  /**
   * a search text: the id of a trigger, action, event or trace, the beginning of an execution's or source id, an HTTP
   * status code, an error code, a part of a trigger's or action's name, or the whole name of a subject
   */
  search: z.string().max(1_000).optional(),
  /** executions created within a period that ends now, such as `2h`; `from` and `to` apply too */
  since: ruled(searchedPeriodRule).optional(),
  /** executions created at this time or later */
  from: StorableDate.optional(),
  /** executions created before this time */
  to: StorableDate.optional(),
});
export type ExecutionFilters = z.infer<typeof ExecutionFilters>;

export const StatusFilters = z.array(z.enum(statusFilters)).max(statusFilters.length);

export type ExecutionFiltersWithStatus = ExecutionFilters & { status?: readonly StatusFilter[] | undefined };

/**
 * Turns filters into an SQL condition over `action_execution AS e`. It looks up names first and puts their ids into the
 * condition. Conditions on ids use an index, while a join with names would read the whole history.
 */
export async function makeExecutionFiltersSql(
  ctx: ProjectContext,
  filters: ExecutionFiltersWithStatus,
): Promise<Prisma.Sql> {
  const { triggerId, actionId, triggerName, actionName, sourceId, traceId, search, from, to } = filters;
  const parts = [Prisma.sql`e.project_id = ${ctx.projectId}`];
  if (filters.status?.length) parts.push(anyOf(filters.status.map((status) => statusWhere(ctx, status))));
  if (triggerId) parts.push(Prisma.sql`e.trigger_id = ${triggerId}`);
  if (actionId) parts.push(Prisma.sql`e.action_id = ${actionId}`);
  if (triggerName) parts.push(await namedWhere(ctx, "trigger", triggerName));
  if (actionName) parts.push(await namedWhere(ctx, "action", actionName));
  if (sourceId) parts.push(Prisma.sql`e.source_id = ${sourceId}`);
  if (filters.code?.length) parts.push(anyOf(filters.code.map(codeWhere)));
  if (filters.error?.length) parts.push(Prisma.sql`e.error_code = ANY(${filters.error})`);
  if (filters.attempts) parts.push(attemptsWhere(filters.attempts));
  if (traceId) parts.push(ofTrace(ctx, traceId));
  if (filters.environment) parts.push(ofSubject(Prisma.sql`o.environment = ${filters.environment}`));
  if (filters.observationName) parts.push(ofSubject(Prisma.sql`o.name = ${filters.observationName}`));
  if (search?.trim()) parts.push(await searchWhere(ctx, search));
  if (filters.since)
    parts.push(Prisma.sql`e.created_at >= ${new Date(ctx.now().getTime() - parsePeriodMs(filters.since))}`);
  if (from) parts.push(Prisma.sql`e.created_at >= ${from}`);
  if (to) parts.push(Prisma.sql`e.created_at < ${to}`);
  return Prisma.join(parts, " AND ");
}

const anyOf = (parts: readonly Prisma.Sql[]): Prisma.Sql => Prisma.sql`(${Prisma.join([...parts], " OR ")})`;

function statusWhere(ctx: ProjectContext, status: StatusFilter): Prisma.Sql {
  switch (status) {
    case "FAILED":
      return Prisma.sql`e.status = 'ERROR'`;
    case "WAITING":
    case "SCHEDULED":
    case "RETRYING":
    case "PAUSED":
      return Prisma.sql`(e.status = 'PENDING' AND ${makePendingStateSql(ctx)} = ${status})`;
    case "PENDING":
    case "RUNNING":
    case "COMPLETED":
    case "ERROR":
    case "CANCELLED":
    case "SKIPPED":
      return Prisma.sql`e.status = ${status}::execution_status`;
  }
}

/**
 * SQL expression for why a PENDING execution waits: PAUSED, RETRYING, SCHEDULED or WAITING. It follows the same rules
 * as `explainWait` in domain/waiting.ts. The pause of an action that is off or deleted does not count, because its
 * executions end soon.
 */
export function makePendingStateSql(ctx: ProjectContext): Prisma.Sql {
  const now = ctx.now();
  const isOn = Prisma.sql`a.project_id = ${ctx.projectId} AND a.disabled_at IS NULL AND a.deleted_at IS NULL`;
  return Prisma.sql`CASE
    WHEN e.action_id IN (
      SELECT a.id FROM action_configuration a WHERE ${isOn} AND a.paused_at IS NOT NULL) THEN 'PAUSED'
    WHEN e.due_at <= ${now} AND e.action_id IN (
      SELECT a.id FROM action_configuration a JOIN action_health h ON h.action_id = a.id
      WHERE ${isOn} AND h.open_until IS NOT NULL AND (h.open_until > ${now} OR h.probe_until > ${now})) THEN 'PAUSED'
    WHEN e.attempt_count > 0 THEN 'RETRYING' WHEN e.due_at > ${now} THEN 'SCHEDULED' ELSE 'WAITING' END`;
}

function codeWhere(code: string): Prisma.Sql {
  const first = Number(code[0]) * 100;
  if (code.endsWith("xx")) return Prisma.sql`(e.response_code >= ${first} AND e.response_code < ${first + 100})`;
  // The partial index leaves out the code 200. PostgreSQL uses this index only if the condition says so.
  return code === "200"
    ? Prisma.sql`e.response_code = 200`
    : Prisma.sql`(e.response_code = ${Number(code)} AND e.response_code <> 200)`;
}

function attemptsWhere(filter: string): Prisma.Sql {
  const { min, max } = parseAttemptCountBounds(filter);
  const parts = [Prisma.sql`true`];
  if (min !== null) parts.push(Prisma.sql`e.attempt_count >= ${min}`);
  if (max !== null) parts.push(Prisma.sql`e.attempt_count <= ${max}`);
  // PostgreSQL uses the partial index for two or more attempts only with this explicit condition.
  if (min !== null && min > 1) parts.push(Prisma.sql`e.attempt_count > 1`);
  return Prisma.join(parts, " AND ");
}

const ofSubject = (condition: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT 1 FROM observation o WHERE o.project_id = e.project_id AND o.event_source = e.event_source
    AND o.id = e.source_id AND ${condition})`;

/** SQL condition: the execution's subject belongs to a trace. Index: observation (project_id, trace_id). */
const ofTrace = (ctx: ProjectContext, traceId: string): Prisma.Sql =>
  Prisma.sql`e.source_id IN (SELECT o.id FROM observation o
    WHERE o.project_id = ${ctx.projectId} AND o.trace_id = ${traceId})`;

/** A filter by name considers at most this many triggers or actions. */
const NAMED_MAX = 200;
/**
 * A search text is replaced by at most this many source ids. If more source ids begin with the text, the condition
 * stays a comparison of texts.
 */
const SOURCES_MAX = 1_000;

async function namedIds(ctx: ProjectContext, kind: "trigger" | "action", name: string): Promise<string[]> {
  const query = {
    where: { projectId: ctx.projectId, name: makeContainsTextWhere(name) },
    select: { id: true },
    take: NAMED_MAX,
  };
  const rows = await (kind === "trigger"
    ? ctx.db.triggerConfiguration.findMany(query)
    : ctx.db.actionConfiguration.findMany(query));
  return rows.map(({ id }) => id);
}

async function namedWhere(ctx: ProjectContext, kind: "trigger" | "action", name: string): Promise<Prisma.Sql> {
  const ids = await namedIds(ctx, kind, name);
  return kind === "trigger" ? Prisma.sql`e.trigger_id = ANY(${ids})` : Prisma.sql`e.action_id = ANY(${ids})`;
}

async function searchWhere(ctx: ProjectContext, search: string): Promise<Prisma.Sql> {
  const { kind, value } = recogniseSearchText(search);
  switch (kind) {
    case "execution":
      // The two bounds let PostgreSQL use the primary key. They lose no id, because no character of an id follows `z`.
      return Prisma.sql`(e.id BETWEEN ${value} AND ${`${value}${"z".repeat(30)}`}
        AND e.id LIKE ${`${escapeLikePattern(value)}%`})`;
    case "trigger":
      return Prisma.sql`e.trigger_id = ${value}`;
    case "action":
      return Prisma.sql`e.action_id = ${value}`;
    case "event":
      return Prisma.sql`e.source_id IN (
        SELECT r.observation_id FROM observation_revision r
          WHERE r.project_id = ${ctx.projectId} AND r.event_id = ${value})`;
    case "trace":
      return withSources(ctx, value, [ofTrace(ctx, value)]);
    case "source":
      return sourceBegins(value);
    case "code":
      return withSources(ctx, value, [codeWhere(value)]);
    case "text":
      return textWhere(ctx, value);
  }
}

/**
 * Returns the condition for a free search text. The text can be a part of a trigger's or action's name, the whole name
 * of a subject, an error code, or the beginning of a source id.
 */
async function textWhere(ctx: ProjectContext, value: string): Promise<Prisma.Sql> {
  const errorCode = value.toLowerCase();
  const [triggers, actions, isName, isError] = await Promise.all([
    namedIds(ctx, "trigger", value),
    namedIds(ctx, "action", value),
    ctx.db.observation.findFirst({ where: { projectId: ctx.projectId, name: value }, select: { id: true } }),
    ctx.db.actionExecution.findFirst({ where: { projectId: ctx.projectId, errorCode }, select: { id: true } }),
  ]);
  const parts: Prisma.Sql[] = [];
  if (triggers.length > 0) parts.push(Prisma.sql`e.trigger_id = ANY(${triggers})`);
  if (actions.length > 0) parts.push(Prisma.sql`e.action_id = ANY(${actions})`);
  if (isName) parts.push(ofSubject(Prisma.sql`o.name = ${value}`));
  if (isError) parts.push(Prisma.sql`e.error_code = ${errorCode}`);
  return withSources(ctx, value, parts);
}

/** Joins conditions by OR, together with a condition for source ids that begin with the search text. */
async function withSources(ctx: ProjectContext, value: string, parts: Prisma.Sql[]): Promise<Prisma.Sql> {
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT e.source_id AS id FROM action_execution e WHERE e.project_id = ${ctx.projectId} AND ${sourceBegins(value)}
      LIMIT ${SOURCES_MAX + 1}`;
  const ids = [...new Set(rows.map(({ id }) => id))];
  if (rows.length > SOURCES_MAX) parts.push(sourceBegins(value));
  else if (ids.length > 0) parts.push(Prisma.sql`e.source_id = ANY(${ids})`);
  return parts.length === 0 ? Prisma.sql`false` : anyOf(parts);
}

/**
 * SQL condition: the execution's source id begins with a text. Index: action_execution_source_idx (project_id,
 * source_id text_pattern_ops).
 */
const sourceBegins = (value: string): Prisma.Sql => Prisma.sql`e.source_id LIKE ${`${escapeLikePattern(value)}%`}`;
