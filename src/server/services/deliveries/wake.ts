import type { ServiceContext } from "@/server/context";
import { deliveriesDue } from "@/server/inngest/events";
import type { ActionKey } from "./types";

/** An action with a row that is due at a moment. */
export type Wake = ActionKey & { dueAt: Date };

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Events of one request to the engine at the most. */
const CHUNK = 1_000;

/** Wakes for later share an event where they fall into the same cell, ms. */
const cellOf = (delayMs: number): number =>
  delayMs < MINUTE_MS ? SECOND_MS : delayMs < HOUR_MS ? 10 * SECOND_MS : MINUTE_MS;

/**
 * The moment for which a row's wake is asked, epoch ms, and whether others may share the event: the end of a cell, so that
 * no row that shares it is due after it. A row due in less than a cell has a wake of its own.
 */
export function momentOf(dueAt: number, now: number): { at: number; isShared: boolean } {
  const cell = cellOf(dueAt - now);
  return dueAt - now < cell ? { at: dueAt, isShared: false } : { at: Math.ceil(dueAt / cell) * cell, isShared: true };
}

/**
 * Asks for runs of actions that have work, after its commit. One wake for an action at a time waits unstarted; its run
 * clears the mark before it looks, so that nothing written before this call is overlooked.
 * @param started the moment of the run that asks: its event's id is used up
 */
export async function wakeActions(
  ctx: ServiceContext,
  wakes: readonly Wake[],
  { started = null }: { started?: number | null } = {},
): Promise<void> {
  const earliest = new Map<string, Wake>();
  for (const wake of wakes) {
    const known = earliest.get(wake.actionId);
    if (!known || wake.dueAt < known.dueAt) earliest.set(wake.actionId, wake);
  }
  if (earliest.size === 0) return;
  const now = ctx.now().getTime();
  const all = [...earliest.values()];
  const marked = await markAsked(
    ctx,
    all.filter(({ dueAt }) => dueAt.getTime() <= now),
  );
  const events = [
    ...marked.map((key) => eventFor(key, null)),
    ...all
      .filter(({ dueAt }) => dueAt.getTime() > now)
      .map((wake) => {
        const { at, isShared } = momentOf(wake.dueAt.getTime(), now);
        return eventFor(wake, at, isShared && at !== started ? `${wake.actionId}:${at}` : undefined);
      }),
  ];
  try {
    for (let start = 0; start < events.length; start += CHUNK) await ctx.send(events.slice(start, start + CHUNK));
  } catch (error) {
    // Otherwise nobody could ask again for a minute. Where the database is away too, the sweep clears them.
    await clearMarks(
      ctx,
      marked.map(({ actionId }) => actionId),
    ).catch(() => undefined);
    throw error;
  }
}

/**
 * The same after a change that a person made. Where the engine does not answer, the program's next look asks: the change
 * itself has been made.
 */
export async function wakeIfPossible(ctx: ServiceContext, wakes: readonly Wake[]): Promise<void> {
  await wakeActions(ctx, wakes).catch((error: unknown) =>
    ctx.log.warn({ err: error }, "the engine did not take a wake; the next look asks again"),
  );
}

/** Each wake for now is an event of its own, without an id: the engine takes an id once. */
const eventFor = ({ projectId, actionId }: ActionKey, at: number | null, id?: string) =>
  deliveriesDue.create(
    { v: 1, projectId, actionId, at },
    { ...(id === undefined ? {} : { id }), ...(at === null ? {} : { ts: at }) },
  );

/**
 * The actions for which no wake waits unstarted. From now on one does. Rows are locked in the order of their ids, so that
 * nobody waits in a circle.
 */
async function markAsked(ctx: ServiceContext, wakes: readonly Wake[]): Promise<ActionKey[]> {
  if (wakes.length === 0) return [];
  const rows = wakes.map(({ projectId, actionId }) => ({ projectId, actionId }));
  return ctx.db.$queryRaw<ActionKey[]>`/* prepared */
    INSERT INTO action_health AS h (action_id, project_id, wake_asked_at)
    SELECT r."actionId", r."projectId", ${ctx.now()}
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r("projectId" text, "actionId" text) ORDER BY r."actionId"
    ON CONFLICT (action_id) DO UPDATE SET wake_asked_at = excluded.wake_asked_at WHERE h.wake_asked_at IS NULL
    RETURNING h.action_id AS "actionId", h.project_id AS "projectId"`;
}

/**
 * Notes that a run of an action has started: the next wake is an event of its own again. Makes the endpoint's row where
 * there is none.
 */
export async function markStarted(ctx: ServiceContext, { projectId, actionId }: ActionKey): Promise<void> {
  await ctx.db.$executeRaw`/* prepared */
    INSERT INTO action_health AS h (action_id, project_id) VALUES (${actionId}, ${projectId})
    ON CONFLICT (action_id) DO UPDATE SET wake_asked_at = NULL WHERE h.wake_asked_at IS NOT NULL`;
}

/** Forgets wakes that were asked for and are lost. */
export async function clearMarks(ctx: ServiceContext, actionIds: readonly string[]): Promise<void> {
  if (actionIds.length === 0) return;
  await ctx.db.$executeRaw`
    UPDATE action_health SET wake_asked_at = NULL WHERE action_id = ANY(${[...actionIds]}::text[]) AND wake_asked_at IS NOT NULL`;
}
