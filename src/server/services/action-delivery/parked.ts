import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { dispatch, eventNames, markDispatched, type DispatchRow } from "../dispatch";
import type { DispatchItem } from "../action-creation/types";

/*
 * Executions that wait for a pause to end or for their turn have no run of their own, as there may be a hundred thousand:
 * their rows say when they are due, and one event for each action and moment calls for those that are.
 */

/** Turns this close are dispatched together. */
const MOMENT_MS = 200;
const TAKEN_MAX = 500;
/** The sweeper takes what nobody has called for. */
const FORGOTTEN_AFTER_MS = 5_000;

export type Parked = { executionId: string; generation: number; dueAt: Date };

/** Lets executions that are PENDING wait without a run until they are due. Called for by `wakeParked` after the commit. */
export async function park(tx: Queryable, parked: readonly Parked[], reason: string, now: Date): Promise<void> {
  if (parked.length === 0) return;
  await tx.$executeRaw`
    UPDATE action_execution AS e SET parked = true, due_at = r."dueAt", status_reason = ${reason}, dispatched_at = ${now}, updated_at = ${now}
    FROM json_to_recordset(${JSON.stringify(parked)}::json) AS r("executionId" text, generation int, "dueAt" timestamptz)
    WHERE e.id = r."executionId" AND e.generation = r.generation AND e.status = 'PENDING'`;
}

/** The data of `action/parked.due`. */
export type ParkedEvent = { projectId: string; actionId: string };

/** Asks for the dispatch of an action's parked executions at a moment. Asking twice for the same moment is asking once. */
export async function wakeParked(ctx: ServiceContext, { projectId, actionId }: ParkedEvent, at: Date): Promise<void> {
  const moment = Math.ceil(at.getTime() / MOMENT_MS);
  await ctx.send([
    {
      id: `${actionId}:parked:${moment}`,
      name: eventNames.parked,
      ts: moment * MOMENT_MS,
      data: { projectId, actionId } satisfies ParkedEvent,
    },
  ]);
}

/** Dispatches an action's parked executions that are due, and asks for the next. */
export async function dispatchParked(ctx: ServiceContext, { projectId, actionId }: ParkedEvent): Promise<number> {
  const now = ctx.now();
  const items = await takeParked(
    ctx,
    Prisma.sql`action_id = ${actionId} AND due_at <= ${new Date(now.getTime() + MOMENT_MS)}`,
  );
  await send(ctx, items);
  const [next] = await ctx.db.$queryRaw<{ dueAt: Date }[]>`
    SELECT due_at AS "dueAt" FROM action_execution WHERE action_id = ${actionId} AND status = 'PENDING' AND parked ORDER BY due_at LIMIT 1`;
  if (next) await wakeParked(ctx, { projectId, actionId }, new Date(Math.max(next.dueAt.getTime(), now.getTime() + 1)));
  return items.length;
}

/** Parked executions that are overdue: the event that calls for them must be gone. */
export async function dispatchForgotten(ctx: ServiceContext): Promise<number> {
  const items = await takeParked(ctx, Prisma.sql`due_at < ${new Date(ctx.now().getTime() - FORGOTTEN_AFTER_MS)}`);
  await send(ctx, items);
  return items.length;
}

async function takeParked(ctx: ServiceContext, which: Prisma.Sql): Promise<DispatchItem[]> {
  const rows = await ctx.db.$queryRaw<DispatchRow[]>`
    UPDATE action_execution SET parked = false, generation = generation + 1, dispatched_at = NULL, updated_at = ${ctx.now()}
    WHERE id IN (SELECT id FROM action_execution WHERE status = 'PENDING' AND parked AND ${which} ORDER BY due_at LIMIT ${TAKEN_MAX} FOR UPDATE SKIP LOCKED)
    RETURNING id, project_id AS "projectId", action_id AS "actionId", generation, due_at AS "dueAt", attempt_count AS "attemptCount", schedule_start AS "scheduleStart"`;
  return rows
    .sort((left, right) => left.dueAt.getTime() - right.dueAt.getTime())
    .map((row) => ({
      projectId: row.projectId,
      executionId: row.id,
      actionId: row.actionId,
      generation: row.generation,
      dueAt: row.dueAt.toISOString(),
      first: true,
    }));
}

async function send(ctx: ServiceContext, items: readonly DispatchItem[]): Promise<void> {
  await dispatch(ctx, items);
  // So that those that find no room again and again are not swept meanwhile.
  await markDispatched(ctx, items);
}
