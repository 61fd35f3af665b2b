import type { ServiceContext } from "@/server/context";
import { deliveriesDueEvent } from "@/server/inngest/events";
import type { ActionRef } from "../action-ref";
import { retryWhileDatabaseIsAway } from "../retry-while-database-is-away";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

/** A wake: asks for a delivery run of an action at `dueAt`, when one of its executions is due. */
export type ActionWake = ActionRef & { dueAt: Date };

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** One request to the engine sends at most this many events. */
const CHUNK = 1_000;

/**
 * Returns the length of the time slot to which a wake is rounded, ms: 1 s, 10 s or 60 s, longer for a later wake. Wakes
 * of an action in the same slot share one event.
 */
const cellOf = (delayMs: number): number =>
  delayMs < MINUTE_MS ? SECOND_MS : delayMs < HOUR_MS ? 10 * SECOND_MS : MINUTE_MS;

/**
 * Returns when the wake of an execution shall come, epoch ms, and whether other executions share its event. A shared
 * wake comes at the end of a time slot, when all executions of the slot are due. An execution that is due within a
 * second has its own wake.
 */
export function computeWakeTimeOfExecution(dueAt: number, now: number): { at: number; isShared: boolean } {
  const cell = cellOf(dueAt - now);
  return dueAt - now < cell ? { at: dueAt, isShared: false } : { at: Math.ceil(dueAt / cell) * cell, isShared: true };
}

/**
 * Asks the engine for delivery runs of actions, now or when an execution is due. Of several wakes of one action, only
 * the earliest counts. Call it after the commit. An action that has a wake for now, whose run has not started, gets no
 * second one. That run will see all executions committed before this call.
 * @param started if a run asks for the next one: the time of its own wake. A wake for the same time then gets no event
 * id, because the engine ignores a second event with the same id
 */
export async function wakeActions(
  ctx: ServiceContext,
  wakes: readonly ActionWake[],
  { started = null }: { started?: number | null } = {},
): Promise<void> {
  const earliest = new Map<string, ActionWake>();
  for (const wake of wakes) {
    const known = earliest.get(wake.actionId);
    if (!known || wake.dueAt < known.dueAt) earliest.set(wake.actionId, wake);
  }
  if (earliest.size === 0) return;
  const now = ctx.now().getTime();
  const all = [...earliest.values()];
  const due = all.filter(({ dueAt }) => dueAt.getTime() <= now);
  try {
    const marked = await markAsked(ctx, due);
    const events = [
      ...marked.map((key) => eventFor(key, null)),
      ...all
        .filter(({ dueAt }) => dueAt.getTime() > now)
        .map((wake) => {
          const { at, isShared } = computeWakeTimeOfExecution(wake.dueAt.getTime(), now);
          return eventFor(wake, at, isShared && at !== started ? `${wake.actionId}:${at}` : undefined);
        }),
    ];
    for (let start = 0; start < events.length; start += CHUNK) await ctx.send(events.slice(start, start + CHUNK));
  } catch (error) {
    await clearUnsentMarks(ctx, due);
    throw error;
  }
}

/**
 * Clears the marks of wakes that were not sent, because a mark without a wake would block its action for a minute. If
 * the first try fails, further ones follow for up to a minute, and the caller does not wait for them.
 */
async function clearUnsentMarks(ctx: ServiceContext, wakes: readonly ActionWake[]): Promise<void> {
  const clear = () =>
    clearWakeMarks(
      ctx,
      wakes.map(({ actionId }) => actionId),
    );
  await clear().catch(() => {
    void retryWhileDatabaseIsAway(ctx, clear).catch((error: unknown) =>
      ctx.log.warn({ err: error }, "marks of wakes that were not sent could not be cleared"),
    );
  });
}

/**
 * Asks for delivery runs as `wakeActions` does, but does not throw if the engine does not answer. The caller's change
 * is stored already, and LostWorkWatch asks again later.
 */
export async function wakeActionsIfPossible(ctx: ServiceContext, wakes: readonly ActionWake[]): Promise<void> {
  await wakeActions(ctx, wakes).catch((error: unknown) =>
    warnOnceAMinute(ctx.log, { err: error }, "the engine did not take a wake; the next look asks again"),
  );
}

/**
 * Makes the engine's event for a wake.
 * @param id the engine drops a second event with this id; without an id every event counts
 */
const eventFor = ({ projectId, actionId }: ActionRef, at: number | null, id?: string) =>
  deliveriesDueEvent.create(
    { v: 1, projectId, actionId, at },
    { ...(id === undefined ? {} : { id }), ...(at === null ? {} : { ts: at }) },
  );

/**
 * Marks actions as having a wake, and returns those that had no mark. It locks the rows in the order of their ids, so
 * that transactions do not deadlock.
 */
async function markAsked(ctx: ServiceContext, wakes: readonly ActionWake[]): Promise<ActionRef[]> {
  if (wakes.length === 0) return [];
  const rows = wakes.map(({ projectId, actionId }) => ({ projectId, actionId }));
  return ctx.db.$queryRaw<ActionRef[]>`/* prepared */
    INSERT INTO action_health AS h (action_id, project_id, wake_asked_at)
    SELECT r."actionId", r."projectId", ${ctx.now()}
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r("projectId" text, "actionId" text) ORDER BY r."actionId"
    ON CONFLICT (action_id) DO UPDATE SET wake_asked_at = excluded.wake_asked_at WHERE h.wake_asked_at IS NULL
    RETURNING h.action_id AS "actionId", h.project_id AS "projectId"`;
}

/**
 * Clears the marks of actions' wakes, because their delivery runs have started. From now on a wake sends a new event.
 * It inserts an action's row in action_health if the row is missing.
 * @param actionIds ids of different actions of one project
 */
export async function markDeliveryRunsStarted(
  ctx: ServiceContext,
  projectId: string,
  actionIds: readonly string[],
): Promise<void> {
  await ctx.db.$executeRaw`/* prepared */
    INSERT INTO action_health AS h (action_id, project_id)
    SELECT id, ${projectId} FROM unnest(${[...actionIds]}::text[]) AS r(id) ORDER BY id
    ON CONFLICT (action_id) DO UPDATE SET wake_asked_at = NULL WHERE h.wake_asked_at IS NOT NULL`;
}

/** Clears the marks of actions whose wakes were lost, so that they can get new wakes. */
export async function clearWakeMarks(ctx: ServiceContext, actionIds: readonly string[]): Promise<void> {
  if (actionIds.length === 0) return;
  await ctx.db.$executeRaw`
    UPDATE action_health SET wake_asked_at = NULL
      WHERE action_id = ANY(${[...actionIds]}::text[]) AND wake_asked_at IS NOT NULL`;
}
