import { admission, endPause } from "@/domain/breaker";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { changeHealth } from "../deliveries/endpoint-health";
import { wakeIfPossible } from "../deliveries/wake";

/*
 * What a person can do on a bad day, besides switching an action off: pause it and keep what waits, probe its endpoint
 * now, and send now what waits for a delay or a retry.
 */

/** Rows that one statement makes due: 1,000 take about 0.05 s. */
const CHUNK = 1_000;
/** Executions of one call. */
export const SEND_NOW_MAX = 1_000;

type Action = { id: string; name: string; disabledAt: Date | null; pausedAt: Date | null };

async function findAction(db: Queryable, ctx: ProjectContext, actionId: string): Promise<Action> {
  const row = await db.actionConfiguration.findFirst({
    where: { id: actionId, projectId: ctx.projectId, deletedAt: null },
    select: { id: true, name: true, disabledAt: true, pausedAt: true },
  });
  if (!row) throw notFound("action");
  return row;
}

/**
 * Pauses an action, or lets it go on. Paused, what waits and what is created stays PENDING: nothing is skipped, and no
 * attempt is spent. Requests on the wire end as they end.
 */
export async function setActionPaused(
  ctx: ProjectContext,
  input: { actionId: string; paused: boolean },
): Promise<{ id: string; pausedAt: Date | null }> {
  requirePermission(ctx, "action:write");
  const pausedAt = await ctx.db.$transaction(async (tx) => {
    const { id, name, pausedAt: before } = await findAction(tx, ctx, input.actionId);
    if ((before !== null) === input.paused) return before;
    const at = input.paused ? ctx.now() : null;
    await tx.actionConfiguration.update({
      where: { id },
      data: { pausedAt: at, pausedByLabel: input.paused ? ctx.actor.label : null },
      select: { id: true },
    });
    await audit(ctx, tx, {
      action: input.paused ? "action.pause" : "action.resume",
      targetId: id,
      summary: input.paused ? `Paused the action "${name}". What waits is kept.` : `Let the action "${name}" go on.`,
    });
    return at;
  });
  if (!input.paused) await wakeNow(ctx, input.actionId);
  ctx.live.touch(ctx.projectId, "actions");
  ctx.live.touch(ctx.projectId, "executions");
  return { id: input.actionId, pausedAt };
}

/** @property isProbing whether a probe goes, or went: false where the breaker is closed and nothing has to be probed */
export type Probed = { id: string; isProbing: boolean };

/**
 * Ends the breaker's pause of an endpoint, so that the oldest execution that is due goes alone as its probe. Success
 * closes the breaker, and the others follow at the action's rate.
 * @throws AppError CONFLICT where the action is off or paused
 */
export async function probeAction(ctx: ProjectContext, input: { actionId: string }): Promise<Probed> {
  requirePermission(ctx, "execution:act");
  const action = await findAction(ctx.db, ctx, input.actionId);
  requireGoing(action);
  const isProbing = await endPauseOf(ctx, action.id);
  if (isProbing) {
    await audit(ctx, ctx.db, {
      action: "action.probe",
      targetId: action.id,
      summary: `Probed the endpoint of the action "${action.name}" before its pause was over.`,
    });
    await wakeNow(ctx, action.id);
    ctx.live.touch(ctx.projectId, "actions");
  }
  return { id: action.id, isProbing };
}

/** What is to be sent now: executions by their ids, 1,000 at the most, or all of an action that wait. */
export type SendNowInput = { executionIds: readonly string[] } | { actionId: string };

/**
 * Makes executions due that wait for their delay or for a retry. Rate and slots hold as before. Where the breaker is
 * open, the oldest goes as its probe and the others follow once it has succeeded. What does not wait, or whose action is
 * off or paused, is left alone.
 * @returns how many are due now that were not before
 * @throws AppError CONFLICT where the action that is named is off or paused
 */
export async function sendNow(ctx: ProjectContext, input: SendNowInput): Promise<{ sent: number }> {
  requirePermission(ctx, "execution:act");
  if ("actionId" in input) requireGoing(await findAction(ctx.db, ctx, input.actionId));
  const actionIds = new Set<string>();
  let sent = 0;
  for (;;) {
    const rows = await makeDue(ctx, input);
    for (const { actionId } of rows) actionIds.add(actionId);
    sent += rows.length;
    if (rows.length < CHUNK || "executionIds" in input) break;
  }
  if (sent === 0) return { sent };
  await audit(ctx, ctx.db, {
    action: "execution.send_now",
    targetId: "actionId" in input ? input.actionId : input.executionIds[0]!,
    summary: `Sent ${sent} executions now that waited.`,
  });
  for (const actionId of actionIds) await endPauseOf(ctx, actionId);
  await wakeIfPossible(
    ctx,
    [...actionIds].map((actionId) => ({ projectId: ctx.projectId, actionId, dueAt: ctx.now() })),
  );
  ctx.live.touch(ctx.projectId, "executions");
  return { sent };
}

function makeDue(ctx: ProjectContext, input: SendNowInput): Promise<{ actionId: string }[]> {
  const now = ctx.now();
  const [ids, actionId] = "actionId" in input ? [null, input.actionId] : [[...input.executionIds], null];
  // The reason goes with the time: it said what the execution waited for.
  return ctx.db.$queryRaw<{ actionId: string }[]>`
    UPDATE action_execution AS e SET due_at = ${now}, status_reason = ${`Sent now by ${ctx.actor.label}.`}, updated_at = ${now}
    FROM (SELECT w.id FROM action_execution w JOIN action_configuration a ON a.id = w.action_id
      WHERE w.project_id = ${ctx.projectId} AND w.status = 'PENDING' AND w.due_at > ${now} AND a.disabled_at IS NULL AND a.paused_at IS NULL
        AND (${ids}::text[] IS NULL OR w.id = ANY(${ids}::text[])) AND (${actionId}::text IS NULL OR w.action_id = ${actionId})
      ORDER BY w.id LIMIT ${CHUNK} FOR NO KEY UPDATE OF w) AS waiting
    WHERE e.id = waiting.id RETURNING e.action_id AS "actionId"`;
}

/** Whether the breaker was open: its pause is over now, and one request may go. A probe on the wire stays the probe. */
async function endPauseOf(ctx: ProjectContext, actionId: string): Promise<boolean> {
  const now = ctx.now().getTime();
  let isOpen = false;
  await changeHealth(ctx.db, { projectId: ctx.projectId, actionId }, (health) => {
    isOpen = admission(health.breaker, now).kind !== "all";
    return { ...health, breaker: endPause(health.breaker, now) };
  });
  return isOpen;
}

const wakeNow = (ctx: ProjectContext, actionId: string): Promise<void> =>
  wakeIfPossible(ctx, [{ projectId: ctx.projectId, actionId, dueAt: ctx.now() }]);

function requireGoing({ name, disabledAt, pausedAt }: Action): void {
  if (disabledAt) throw new AppError("CONFLICT", `The action "${name}" is off. Switch it on first.`);
  if (pausedAt) throw new AppError("CONFLICT", `The action "${name}" is paused. Let it go on first.`);
}
