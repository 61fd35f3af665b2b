import type { EventSource } from "@/domain/event-source/event-source";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { cutIntoJsonLists, type RowsToWrite } from "@/server/db/write-rows-together";
import { Prisma } from "@/generated/prisma/client";
import { newId } from "@/server/ids";
import type { BatchPlan, PlannedSubject } from "./plan-types";
import type { PlannedDecision, PlannedExecution } from "./types";

/*
 * The rows of a list are one JSON parameter. Its SQL type is json, because jsonb refuses some texts and reorders keys.
 */

type SubjectRow = ReturnType<typeof makeSubjectRow>;

/**
 * Makes the row of a subject from its latest event, without project and times of receipt. Facts such as model and level
 * have their own columns. The column `facts` holds all others.
 */
export function makeSubjectRow(source: EventSource, id: string, { event, revisionCount }: PlannedSubject) {
  const { facts, ...summary } = source.summary(event.payload);
  const { parentId, type, level, model, latency, totalTokens, totalCost, ...others } = facts;
  return {
    id,
    event_source: source.name,
    ...summary,
    ...{ parentId, type, level, model, latency, totalTokens, totalCost },
    facts: Object.keys(others).length > 0 ? others : null,
    state: event.state,
    order_at: new Date(event.orderAt),
    order_ts: new Date(event.ts),
    order_received: event.receivedMicros,
    order_place: event.place,
    last_event_id: event.id,
    revision_count: revisionCount,
    sanitized: event.sanitized,
  };
}

const SUBJECT_COLUMNS = Prisma.raw(`
  id text, event_source text, "traceId" text, "parentId" text, type text, name text, level text, model text,
  environment text, "userId" text, "sessionId" text, "startTime" timestamptz, latency float8, "totalTokens" float8,
  "totalCost" float8, facts jsonb, state text, order_at timestamptz, order_ts timestamptz, order_received bigint,
  order_place int, last_event_id text, revision_count int, sanitized bool`);

/**
 * Inserts rows of subjects in the given order, and returns the ids of those that were not stored yet. If another
 * transaction is inserting the same id, it waits for that transaction.
 */
export async function insertSubjects(
  tx: DatabaseOrTransaction,
  { projectId, rows, now }: { projectId: string; rows: readonly SubjectRow[]; now: Date },
): Promise<string[]> {
  const made: string[] = [];
  for (const json of cutIntoJsonLists(rows)) {
    const inserted = await tx.$queryRaw<{ id: string }[]>`/* prepared */
      INSERT INTO observation (
        project_id, event_source, id, trace_id, parent_id, type, name, level, model, environment, user_id, session_id,
        start_time, latency, total_tokens, total_cost, facts, state, order_at, order_ts, order_received, order_place,
        last_event_id, revision_count, sanitized, first_received_at, received_at)
      SELECT ${projectId}, r.event_source, r.id, r."traceId", r."parentId", r.type, r.name, r.level, r.model,
        r.environment, r."userId", r."sessionId", r."startTime", r.latency, r."totalTokens", r."totalCost", r.facts,
        r.state, r.order_at, r.order_ts, r.order_received, r.order_place, r.last_event_id, r.revision_count,
        r.sanitized, ${now}, ${now}
      FROM ROWS FROM (json_to_recordset(${json}::json) AS (${SUBJECT_COLUMNS})) WITH ORDINALITY AS r
      ORDER BY r.ordinality
      ON CONFLICT DO NOTHING RETURNING id`;
    made.push(...inserted.map(({ id }) => id));
  }
  return made;
}

/** The batch that writes rows: its project, its event source and its time. */
type BatchOfRows = { projectId: string; eventSource: string; now: Date };

/**
 * Makes the update of a batch's subjects to their latest states. It leaves out rows that the batch has just inserted
 * with this state.
 */
export function makeSubjectUpdate(
  { projectId, now }: BatchOfRows,
  {
    source,
    plan,
    inserted,
    changed,
  }: {
    source: EventSource;
    plan: BatchPlan;
    inserted: ReadonlyMap<string, string>;
    changed: ReadonlySet<string>;
  },
): RowsToWrite {
  return {
    rows: [...plan.subjects]
      .filter(
        ([id, { event, revisionCount }]) => inserted.get(id) !== event.id || revisionCount !== 1 || changed.has(id),
      )
      .map(([id, planned]) => makeSubjectRow(source, id, planned)),
    toSql: (json) => Prisma.sql`
      UPDATE observation AS o SET
        trace_id = r."traceId", parent_id = r."parentId", type = r.type, name = r.name, level = r.level,
        model = r.model, environment = r.environment, user_id = r."userId", session_id = r."sessionId",
        start_time = r."startTime", latency = r.latency, total_tokens = r."totalTokens", total_cost = r."totalCost",
        facts = r.facts, state = r.state, order_at = r.order_at, order_ts = r.order_ts,
        order_received = r.order_received, order_place = r.order_place, last_event_id = r.last_event_id,
        revision_count = r.revision_count, sanitized = r.sanitized, received_at = ${now}
      FROM json_to_recordset(${json}::json) AS r(${SUBJECT_COLUMNS})
      WHERE o.project_id = ${projectId} AND o.event_source = r.event_source AND o.id = r.id`,
  };
}

/** Makes the writes that keep the states that a batch replaces, and insert a revision for each of its events. */
export const makeRevisionWrites = ({ projectId, eventSource, now }: BatchOfRows, plan: BatchPlan): RowsToWrite[] => [
  {
    rows: plan.superseded,
    toSql: (json) => Prisma.sql`
      UPDATE observation_revision AS v SET state = r.state
      FROM json_to_recordset(${json}::json) AS r("eventId" text, state text)
      WHERE v.project_id = ${projectId} AND v.event_id = r."eventId"`,
  },
  {
    rows: plan.revisions,
    toSql: (json) => Prisma.sql`
      INSERT INTO observation_revision (
        project_id, event_id, event_source, observation_id, outcome, state, order_at, key_id, received_at)
      SELECT ${projectId}, r."eventId", ${eventSource}, r."observationId", r.outcome::revision_outcome, r.state,
        r."orderAt", r."keyId", ${now}
      FROM json_to_recordset(${json}::json) AS r(
        "eventId" text, "observationId" text, outcome text, state text, "orderAt" timestamptz, "keyId" text)`,
  },
];

/** Makes the insert of a batch's new executions, and the update of its changed ones. */
export const makeExecutionWrites = (
  { projectId, eventSource, now }: BatchOfRows,
  executions: readonly PlannedExecution[],
): RowsToWrite[] => [
  {
    rows: executions.filter(({ change }) => change === "insert"),
    toSql: (json) => Prisma.sql`
      INSERT INTO action_execution (
        id, project_id, trigger_id, action_id, event_source, source_id, status, status_reason, status_seen,
        trigger_version, event_id, due_at, input, depth, traceparent, cancelled_by, job_id, created_at, updated_at,
        finished_at)
      SELECT r.id, ${projectId}, r."triggerId", r."actionId", ${eventSource}, r."sourceId",
        r.status::execution_status, r."statusReason", r."statusSeen", r."triggerVersion", r."eventId", r."dueAt",
        r.input, r.depth, r.traceparent, r."cancelledBy"::cancelled_by, r."jobId", ${now}, ${now},
        CASE WHEN r.status IN ('SKIPPED', 'CANCELLED') THEN ${now}::timestamptz END
      FROM json_to_recordset(${json}::json) AS r(
        id text, "triggerId" text, "actionId" text, "sourceId" text, status text, "statusReason" text,
        "statusSeen" text, "triggerVersion" int, "eventId" text, "dueAt" timestamptz, input text, depth int,
        traceparent text, "cancelledBy" text, "jobId" text)`,
  },
  {
    rows: executions.filter(({ change }) => change === "update"),
    toSql: (json) => Prisma.sql`
      UPDATE action_execution AS e SET
        status = r.status::execution_status, status_reason = r."statusReason", status_seen = r."statusSeen",
        trigger_version = r."triggerVersion", event_id = r."eventId", due_at = r."dueAt",
        input = coalesce(r.input, e.input), depth = r.depth, traceparent = coalesce(r.traceparent, e.traceparent),
        cancelled_by = r."cancelledBy"::cancelled_by, cancel_requested_at = r."cancelRequestedAt", updated_at = ${now},
        finished_at = CASE
          WHEN r.status IN ('SKIPPED', 'CANCELLED') THEN coalesce(e.finished_at, ${now}::timestamptz)
          WHEN r.status = 'PENDING' THEN NULL
          ELSE e.finished_at END
      FROM json_to_recordset(${json}::json) AS r(
        id text, status text, "statusReason" text, "statusSeen" text, "triggerVersion" int, "eventId" text,
        "dueAt" timestamptz, input text, depth int, traceparent text, "cancelledBy" text,
        "cancelRequestedAt" timestamptz)
      WHERE e.id = r.id`,
  },
];

/** Makes the insert of decisions, each with a new id. */
export const makeDecisionInsert = (
  { projectId, eventSource, now }: BatchOfRows,
  decisions: readonly PlannedDecision[],
): RowsToWrite => ({
  rows: decisions.map((decision) => ({ id: newId("dec"), ...decision })),
  toSql: (json) => Prisma.sql`
    INSERT INTO decision (
      id, project_id, event_id, event_source, source_id, trigger_id, trigger_version, action_id, execution_id, kind,
      reason, seen, created_at)
    SELECT r.id, ${projectId}, r."eventId", ${eventSource}, r."sourceId", r."triggerId", r."triggerVersion",
      r."actionId", r."executionId", r.kind, r.reason, r.seen, ${now}
    FROM json_to_recordset(${json}::json) AS r(
      id text, "eventId" text, "sourceId" text, "triggerId" text, "triggerVersion" int, "actionId" text,
      "executionId" text, kind text, reason text, seen text)`,
});

/**
 * Makes the write that counts evaluated events by hour and configuration revision, for all triggers of an event source
 * together. A trigger has evaluated the events of those revisions at which it was on.
 */
export const makeEvaluatedCountUpsert = (
  { projectId, eventSource, now }: BatchOfRows,
  { revision, events }: { revision: bigint; events: number },
): RowsToWrite => ({
  rows: events === 0 ? [] : [{ revision: String(revision), events }],
  toSql: (json) => Prisma.sql`
    INSERT INTO evaluation_counter AS c (project_id, event_source, hour, revision, events)
    SELECT ${projectId}, ${eventSource}, date_trunc('hour', ${now}::timestamptz, 'UTC'), r.revision, r.events
    FROM json_to_recordset(${json}::json) AS r(revision bigint, events int)
    ON CONFLICT (project_id, event_source, hour, revision) DO UPDATE SET events = c.events + excluded.events`,
});
