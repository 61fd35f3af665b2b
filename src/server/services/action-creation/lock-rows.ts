import { Prisma } from "@/generated/prisma/client";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { EventSource } from "@/domain/event-source/event-source";
import type { PlannedExecution, LockedSubjects, ParsedEvent } from "./types";
import { insertSubjects, makeSubjectRow } from "./write-batch";

/**
 * Locks the stored rows of a batch's subjects and inserts rows for new subjects, all in the order of their ids. So two
 * batches about the same subjects wait for each other and do not deadlock. A new row gets the state of its subject's
 * last event in the batch at once, which saves an update.
 * @param storedIds ids of further subjects, which are locked if they are stored and never inserted
 */
export async function lockSubjects(
  tx: DatabaseOrTransaction,
  {
    projectId,
    source,
    events,
    now,
    storedIds = [],
  }: {
    projectId: string;
    source: EventSource;
    events: readonly ParsedEvent[];
    now: Date;
    storedIds?: readonly string[];
  },
): Promise<LockedSubjects> {
  const latest = new Map(events.map((event) => [event.sourceId, event]));
  const ids = [...latest.keys()].sort();
  const drafts = ids.map((id) => makeSubjectRow(source, id, { event: latest.get(id)!, revisionCount: 1 }));
  const made = await insertSubjects(tx, { projectId, rows: drafts, now });
  const inserted = new Map(made.map((id) => [id, latest.get(id)!.id]));
  const others = [...ids.filter((id) => !inserted.has(id)), ...storedIds];
  if (others.length === 0) return { stored: new Map(), inserted };
  const rows = await tx.$queryRaw<
    {
      id: string;
      state: string | null;
      traceId: string | null;
      orderAt: Date | null;
      orderTs: Date | null;
      orderReceived: bigint | null;
      orderPlace: number | null;
      lastEventId: string | null;
      revisionCount: number;
      sanitized: boolean;
    }[]
  >`/* prepared */
    SELECT id, state, trace_id AS "traceId", order_at AS "orderAt", order_ts AS "orderTs",
      order_received AS "orderReceived", order_place AS "orderPlace", last_event_id AS "lastEventId",
      revision_count AS "revisionCount", sanitized
    FROM observation
    WHERE project_id = ${projectId} AND event_source = ${source.name} AND id = ANY(${others}::text[])
    ORDER BY id COLLATE "C" FOR UPDATE`;
  const stored = new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        orderAt: row.orderAt?.getTime() ?? null,
        orderTs: row.orderTs?.getTime() ?? null,
        orderReceived: row.orderReceived === null ? null : Number(row.orderReceived),
      },
    ]),
  );
  return { stored, inserted };
}

/** Returns those of the given event ids that an earlier batch has handled. The caller skips these events. */
export async function findHandledEvents(
  tx: DatabaseOrTransaction,
  projectId: string,
  eventIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`/* prepared */
    SELECT event_id AS id FROM observation_revision
    WHERE project_id = ${projectId} AND event_id = ANY(${[...eventIds]}::text[])`;
  return new Set(rows.map((row) => row.id));
}

/**
 * Reads and locks all executions of the given subjects, in the order of their ids. Until the commit, no delivery run
 * can claim them.
 */
export async function lockExecutions(
  tx: DatabaseOrTransaction,
  { projectId, eventSource, sourceIds }: { projectId: string; eventSource: string; sourceIds: readonly string[] },
): Promise<PlannedExecution[]> {
  return tx.$queryRaw<PlannedExecution[]>(Prisma.sql`/* prepared */
    SELECT id, trigger_id AS "triggerId", action_id AS "actionId", source_id AS "sourceId", status::text AS status,
      status_reason AS "statusReason", status_seen AS "statusSeen", attempt_count AS "attemptCount",
      schedule_start AS "scheduleStart", cancelled_by::text AS "cancelledBy", is_resend AS "isResend",
      created_at AS "createdAt", due_at AS "dueAt", cancel_requested_at AS "cancelRequestedAt", NULL AS input,
      trigger_version AS "triggerVersion", event_id AS "eventId", depth, NULL AS traceparent, 'none' AS change
    FROM action_execution
    WHERE project_id = ${projectId} AND event_source = ${eventSource} AND source_id = ANY(${[...sourceIds]}::text[])
    ORDER BY id FOR UPDATE`);
}

/**
 * Returns how many executions each trigger with a cap has created in this hour. It locks these triggers until the
 * commit, so that no other batch decides for them. Every batch takes these locks first and in the same order, against
 * deadlocks.
 */
export async function lockAndCountExecutionsOfCappedTriggers(
  tx: DatabaseOrTransaction,
  triggers: Iterable<{ id: string; capPerHour: number | null }>,
  now: Date,
): Promise<Map<string, number>> {
  const capped = [...triggers]
    .filter((trigger) => trigger.capPerHour !== null)
    .map((trigger) => trigger.id)
    .sort();
  if (capped.length === 0) return new Map();
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(u.id, ${CAP_LOCK_SEED}))
    FROM unnest(${capped}::text[]) WITH ORDINALITY AS u(id, n) ORDER BY u.n`;
  const rows = await tx.$queryRaw<{ id: string; created: number }[]>`
    SELECT trigger_id AS id, created FROM trigger_counter
    WHERE trigger_id = ANY(${capped}::text[]) AND hour = date_trunc('hour', ${now}::timestamptz, 'UTC')`;
  return new Map(rows.map((row) => [row.id, row.created]));
}

/**
 * A seed for the hashes of trigger ids that make the numbers of these locks, so that other advisory locks have other
 * numbers.
 */
const CAP_LOCK_SEED = 0x6361_7073; // "caps"
