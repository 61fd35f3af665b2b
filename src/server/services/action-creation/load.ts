import { Prisma } from "@/generated/prisma/client";
import type { Queryable } from "@/server/db/client";
import type { ExecutionDraft, StoredObservation } from "./types";

/**
 * Locks the rows of the batch's observations in id order, making those that are new, so that two batches about
 * the same observation apply one after the other and never wait for each other in a circle.
 */
export async function lockObservations(tx: Queryable, projectId: string, ids: readonly string[], now: Date): Promise<Map<string, StoredObservation>> {
  const sorted = [...new Set(ids)].sort();
  await tx.$executeRaw`
    INSERT INTO observation (project_id, id, first_received_at, received_at)
    SELECT ${projectId}, u.id, ${now}, ${now} FROM unnest(${sorted}::text[]) WITH ORDINALITY AS u(id, n) ORDER BY u.n
    ON CONFLICT DO NOTHING`;
  const rows = await tx.$queryRaw<
    { id: string; state: string | null; orderAt: Date | null; orderTs: Date | null; lastEventId: string | null; revisionCount: number }[]
  >`
    SELECT id, state, order_at AS "orderAt", order_ts AS "orderTs", last_event_id AS "lastEventId", revision_count AS "revisionCount"
    FROM observation WHERE project_id = ${projectId} AND id = ANY(${sorted}::text[])
    ORDER BY id COLLATE "C" FOR UPDATE`;
  return new Map(
    rows.map((row) => [row.id, { ...row, orderAt: row.orderAt?.getTime() ?? null, orderTs: row.orderTs?.getTime() ?? null }]),
  );
}

/** Which of the events were handled before: a repeated batch changes nothing and counts nothing twice. */
export async function seenEvents(tx: Queryable, projectId: string, eventIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT event_id AS id FROM observation_revision WHERE project_id = ${projectId} AND event_id = ANY(${[...eventIds]}::text[])`;
  return new Set(rows.map((row) => row.id));
}

/** The executions of these source ids, locked in id order against a send that starts meanwhile. */
export async function lockExecutions(tx: Queryable, projectId: string, eventSource: string, sourceIds: readonly string[]): Promise<ExecutionDraft[]> {
  return tx.$queryRaw<ExecutionDraft[]>(Prisma.sql`
    SELECT id, trigger_id AS "triggerId", action_id AS "actionId", source_id AS "sourceId", status::text AS status, status_reason AS "statusReason",
           attempt_count AS "attemptCount", schedule_start AS "scheduleStart", cancelled_by::text AS "cancelledBy", is_resend AS "isResend",
           generation, due_at AS "dueAt", dispatched_at AS "dispatchedAt", cancel_requested_at AS "cancelRequestedAt",
           NULL AS input, trigger_version AS "triggerVersion", event_id AS "eventId", depth, 'none' AS change
    FROM action_execution
    WHERE project_id = ${projectId} AND event_source = ${eventSource} AND source_id = ANY(${[...sourceIds]}::text[])
    ORDER BY id FOR UPDATE`);
}
