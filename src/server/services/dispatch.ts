import type { ServiceContext } from "@/server/context";
import type { CancelItem, DispatchItem } from "./action-creation/types";
import { dispatchItem } from "./action-creation";

/** Names of the events between our functions. A project's key may not send them. */
export const eventNames = {
  /** a first attempt that is due: shares a run with others of its action */
  due: "action/execution.due",
  /** an execution that waits for a delay or a retry: a durable run of its own */
  requested: "action/execution.requested",
  cancelled: "action/execution.cancelled",
  /** asks for a sweep at once: sent when the program starts */
  sweep: "action/sweep.requested",
} as const;

/** Events of one request to the engine at the most. */
const CHUNK = 1_000;

/**
 * Sends what a batch has committed, and marks it as sent. An event's id is `<execution id>:<generation>`, so a
 * second send of the same generation is one event to the engine; and what is not marked is sent again by the sweeper.
 */
export async function dispatch(ctx: ServiceContext, items: readonly DispatchItem[], cancels: readonly CancelItem[] = []): Promise<void> {
  const events = [
    ...items.map((item) => ({
      id: `${item.executionId}:${item.generation}`,
      name: item.first ? eventNames.due : eventNames.requested,
      data: { executionId: item.executionId, actionId: item.actionId, generation: item.generation, dueAt: item.dueAt },
    })),
    ...cancels.map((item) => ({ name: eventNames.cancelled, data: { ...item }, id: `${item.executionId}:${item.generation}:cancelled` })),
  ];
  for (let start = 0; start < events.length; start += CHUNK) await ctx.send(events.slice(start, start + CHUNK));
  if (items.length === 0) return;
  const rows = items.map(({ executionId, generation }) => ({ executionId, generation }));
  await ctx.db.$executeRaw`
    UPDATE action_execution AS e SET dispatched_at = ${ctx.now()}
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r("executionId" text, generation int)
    WHERE e.id = r."executionId" AND e.generation = r.generation AND e.dispatched_at IS NULL AND e.status IN ('PENDING', 'RUNNING')`;
}

/**
 * Dispatches executions that a person has put back to PENDING (resend, replay): raises their generation, so that
 * no older run touches their new life, then sends them. Those that are not PENDING and undispatched are left alone.
 */
export async function dispatchPending(ctx: ServiceContext, executionIds: readonly string[]): Promise<void> {
  const now = ctx.now();
  const rows = await ctx.db.$queryRaw<DispatchRow[]>`
    UPDATE action_execution SET generation = generation + 1, updated_at = ${now}
    WHERE id = ANY(${[...executionIds]}::text[]) AND status = 'PENDING' AND dispatched_at IS NULL
    RETURNING id, action_id AS "actionId", generation, due_at AS "dueAt", attempt_count AS "attemptCount", schedule_start AS "scheduleStart"`;
  await dispatch(ctx, rows.map((row) => dispatchItem(row, now)));
}

export type DispatchRow = { id: string; actionId: string; generation: number; dueAt: Date; attemptCount: number; scheduleStart: number };
