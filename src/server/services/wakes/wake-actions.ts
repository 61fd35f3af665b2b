import type { ServiceContext } from "@/server/context";
import { deliveriesDueEvent } from "@/server/inngest/events";
import type { ActionRef } from "../action-ref";
import { retryWhileDatabaseIsAway } from "../retry-while-database-is-away";

/** A wake for an action. One of its rows is due at `dueAt`. */
export type ActionWake = ActionRef & { dueAt: Date };

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The most events of one request to the engine. */
const CHUNK = 1_000;

/**
 * Returns the length of a wake's cell of time, ms. Later wakes of an action share an event if they fall into the same
 * cell.
 */
const cellOf = (delayMs: number): number =>
  delayMs < MINUTE_MS ? SECOND_MS : delayMs < HOUR_MS ? 10 * SECOND_MS : MINUTE_MS;

/**
 * Returns the time of a row's wake, epoch ms, and whether other rows may share its event. A shared wake comes at the
 * end of a cell of time, so that none of its rows is due later. A row that is due in less than a cell has its own wake.
 */
export function wakeTimeOfExecution(dueAt: number, now: number): { at: number; isShared: boolean } {
  const cell = cellOf(dueAt - now);
  return dueAt - now < cell ? { at: dueAt, isShared: false } : { at: Math.ceil(dueAt / cell) * cell, isShared: true };
}

/**
 * Asks for runs of actions with due rows. Call it after the commit. An action has at most one wake whose run has not
 * started. That run clears the mark before it looks for rows, so it sees all rows that were written before this call.
 * @param started the time of the run that asks; the id of its event is used up
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
          const { at, isShared } = wakeTimeOfExecution(wake.dueAt.getTime(), now);
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
 * Clears the marks of wakes that were not sent, because a mark without a wake would block its action for a minute. The
 * marks may be stored although no answer came. While the database is away, the caller does not wait.
 */
async function clearUnsentMarks(ctx: ServiceContext, wakes: readonly ActionWake[]): Promise<void> {
  const clear = () =>
    clearLostWakes(
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
 * Asks for runs as `wakeActions` does, after a person's change. If the engine does not answer, the change is stored all
 * the same, and the next look asks again.
 */
export async function wakeActionsIfPossible(ctx: ServiceContext, wakes: readonly ActionWake[]): Promise<void> {
  await wakeActions(ctx, wakes).catch((error: unknown) =>
    ctx.log.warn({ err: error }, "the engine did not take a wake; the next look asks again"),
  );
}

/** Makes the event of a wake. A wake for now has no id, because the engine takes an id only once. */
const eventFor = ({ projectId, actionId }: ActionRef, at: number | null, id?: string) =>
  deliveriesDueEvent.create(
    { v: 1, projectId, actionId, at },
    { ...(id === undefined ? {} : { id }), ...(at === null ? {} : { ts: at }) },
  );

/**
 * Marks the actions that have no wake yet, and returns them. It locks rows in the order of their ids, so that
 * transactions do not deadlock.
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
 * Records that a run of an action has started, so that the next wake is a new event. It inserts the endpoint's row if
 * that is missing.
 */
export async function markDeliveryRunStarted(ctx: ServiceContext, { projectId, actionId }: ActionRef): Promise<void> {
  await ctx.db.$executeRaw`/* prepared */
    INSERT INTO action_health AS h (action_id, project_id) VALUES (${actionId}, ${projectId})
    ON CONFLICT (action_id) DO UPDATE SET wake_asked_at = NULL WHERE h.wake_asked_at IS NOT NULL`;
}

/** Clears the marks of lost wakes. */
export async function clearLostWakes(ctx: ServiceContext, actionIds: readonly string[]): Promise<void> {
  if (actionIds.length === 0) return;
  await ctx.db.$executeRaw`
    UPDATE action_health SET wake_asked_at = NULL
      WHERE action_id = ANY(${[...actionIds]}::text[]) AND wake_asked_at IS NOT NULL`;
}
