import type { ServiceContext } from "@/server/context";
import type { CancelItem, DispatchItem } from "./action-creation/types";
import type { Claim } from "./action-delivery/types";

/** Names of the events of delivery. A project's key may not send them. */
export const eventNames = {
  /** first attempts of one action that are due: they share a run */
  due: "action/execution.due",
  /** an execution that waits for a delay or a retry: a durable run of its own */
  requested: "action/execution.requested",
  cancelled: "action/execution.cancelled",
  /** calls for an action's executions that have waited for a pause to end or for their turn */
  parked: "action/parked.due",
} as const;

/** The data of `action/execution.due`: executions of one action whose first attempt is due. */
export type DueEvent = { projectId: string; actionId: string; claims: Claim[] };

/** The data of `action/execution.requested`: one execution that waits for its delay or for a retry. */
export type RequestedEvent = {
  projectId: string;
  executionId: string;
  actionId: string;
  generation: number;
  /** ISO 8601 */ dueAt: string;
};

/** Events of one request to the engine at the most. */
const CHUNK = 1_000;
/** Executions of one `due` event at the most. */
const CLAIMS_MAX = 50;

const idOf = (item: Claim): string => `${item.executionId}:${item.generation}`;

/**
 * Sends what a batch has committed, and marks it as sent. A run is told the generation of its executions: where it is
 * not the row's any more it does nothing, so a second send does no harm. What is not marked is sent again by the sweeper.
 */
export async function dispatch(
  ctx: ServiceContext,
  items: readonly DispatchItem[],
  cancels: readonly CancelItem[] = [],
): Promise<void> {
  const events = [
    ...dueEvents(items.filter((item) => item.first)),
    ...items
      .filter((item) => !item.first)
      .map(({ first: _first, ...data }) => ({
        id: idOf(data),
        name: eventNames.requested,
        data: data satisfies RequestedEvent,
      })),
    ...cancels.map((item) => ({ name: eventNames.cancelled, data: { ...item }, id: `${idOf(item)}:cancelled` })),
  ];
  for (let start = 0; start < events.length; start += CHUNK) await ctx.send(events.slice(start, start + CHUNK));
  await markDispatched(
    ctx,
    items.filter((item) => !item.first),
  );
}

/**
 * First attempts are marked when they are claimed, a moment later: a write of their rows here would cost a tenth of
 * the whole way.
 */
export async function markDispatched(ctx: ServiceContext, items: readonly Claim[]): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map(({ executionId, generation }) => ({ executionId, generation }));
  await ctx.db.$executeRaw`
    UPDATE action_execution AS e SET dispatched_at = ${ctx.now()} FROM (
      SELECT l.id FROM action_execution l JOIN json_to_recordset(${JSON.stringify(rows)}::json) AS r("executionId" text, generation int)
        ON l.id = r."executionId" AND l.generation = r.generation
      WHERE l.dispatched_at IS NULL AND l.status IN ('PENDING', 'RUNNING') ORDER BY l.id FOR NO KEY UPDATE OF l) AS locked
    WHERE e.id = locked.id`;
}

/** One event for many executions of an action: each event costs the engine about as much as the delivery itself. */
function dueEvents(items: readonly DispatchItem[]): { id: string; name: string; data: DueEvent }[] {
  const byAction = new Map<string, DispatchItem[]>();
  for (const item of items) {
    const ofAction = byAction.get(item.actionId);
    if (ofAction) ofAction.push(item);
    else byAction.set(item.actionId, [item]);
  }
  return [...byAction.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / CLAIMS_MAX) }, (_, n) =>
      all.slice(n * CLAIMS_MAX, (n + 1) * CLAIMS_MAX),
    ).map((group) => ({
      id: idOf(group[0]!),
      name: eventNames.due,
      data: {
        projectId: group[0]!.projectId,
        actionId: group[0]!.actionId,
        claims: group.map(({ executionId, generation }) => ({ executionId, generation })),
      },
    })),
  );
}

/** An execution as an UPDATE returns it, for `dispatchItem`. */
export type DispatchRow = {
  id: string;
  projectId: string;
  actionId: string;
  generation: number;
  dueAt: Date;
  attemptCount: number;
  scheduleStart: number;
};
