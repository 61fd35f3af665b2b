import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { wakeActionsIfPossible } from "../wakes/wake-actions";
import { endBreakerPause } from "./end-breaker-pause";
import { findActionToSend, requireActionMaySend } from "./action-to-send";

/*
 * On a bad day a person can do more than switch an action off. They can pause the action and keep its waiting
 * executions, probe its endpoint now, and send waiting executions now.
 */

/** The most rows that one statement makes due: 1,000 take about 0.05 s. */
const CHUNK = 1_000;
/** The most executions of one call. */
export const SEND_NOW_EXECUTIONS_MAX = 1_000;

/** The executions to send now: up to 1,000 ids, or all waiting executions of an action. */
export type SendWaitingExecutionsNowInput = { executionIds: readonly string[] } | { actionId: string };

/**
 * Makes executions due that wait for their delay or a retry. Rate and slots limit them as before. If the breaker is
 * open, its pause ends: the oldest execution goes as the probe, and the others follow after its success. An execution
 * stays unchanged if it does not wait, or if its action is off or paused.
 * @returns the number of executions that were not due before
 * @throws AppError CONFLICT if the named action is off or paused
 */
export async function sendWaitingExecutionsNow(ctx: ProjectContext, input: SendWaitingExecutionsNowInput): Promise<{ sent: number }> {
  requirePermission(ctx, "execution:act");
  if ("actionId" in input) requireActionMaySend(await findActionToSend(ctx, ctx.db, input.actionId));
  const actionIds = await actionsThatGo(ctx, input);
  let sent = 0;
  for (;;) {
    const rows = await makeDue(ctx, input);
    sent += rows;
    if (rows < CHUNK || "executionIds" in input) break;
  }
  let pausesEnded = 0;
  for (const actionId of actionIds)
    if (await endBreakerPause(ctx, ctx.db, { projectId: ctx.projectId, actionId })) pausesEnded += 1;
  if (sent === 0 && pausesEnded === 0) return { sent };
  await writeAuditEntry(ctx, ctx.db, {
    action: "execution.send_now",
    targetId: "actionId" in input ? input.actionId : input.executionIds[0]!,
    summary:
      sent > 0 ? `Sent ${sent} executions now that waited.` : "Ended the pause of an endpoint, to send what waits.",
  });
  await wakeActionsIfPossible(
    ctx,
    actionIds.map((actionId) => ({ projectId: ctx.projectId, actionId, dueAt: ctx.now() })),
  );
  ctx.live.touch(ctx.projectId, "executions");
  return { sent };
}

/** Returns the actions of the waiting executions, without actions that are off or that a person has paused. */
async function actionsThatGo(ctx: ProjectContext, input: SendWaitingExecutionsNowInput): Promise<string[]> {
  if ("actionId" in input) return [input.actionId];
  const rows = await ctx.db.actionExecution.findMany({
    where: { projectId: ctx.projectId, id: { in: [...input.executionIds] }, status: "PENDING" },
    distinct: ["actionId"],
    select: { actionId: true },
  });
  const going = await ctx.db.actionConfiguration.findMany({
    where: { id: { in: rows.map(({ actionId }) => actionId) }, disabledAt: null, pausedAt: null },
    select: { id: true },
  });
  return going.map(({ id }) => id);
}

function makeDue(ctx: ProjectContext, input: SendWaitingExecutionsNowInput): Promise<number> {
  const now = ctx.now();
  const [ids, actionId] = "actionId" in input ? [null, input.actionId] : [[...input.executionIds], null];
  // The old reason named the wait that has just ended, so a new reason replaces it.
  return ctx.db.$executeRaw`
    UPDATE action_execution AS e
      SET due_at = ${now}, status_reason = ${`Sent now by ${ctx.actor.label}.`}, updated_at = ${now}
    FROM (SELECT w.id FROM action_execution w JOIN action_configuration a ON a.id = w.action_id
      WHERE w.project_id = ${ctx.projectId} AND w.status = 'PENDING' AND w.due_at > ${now} AND a.disabled_at IS NULL
        AND a.paused_at IS NULL
        AND (${ids}::text[] IS NULL OR w.id = ANY(${ids}::text[]))
          AND (${actionId}::text IS NULL OR w.action_id = ${actionId})
      ORDER BY w.id LIMIT ${CHUNK} FOR NO KEY UPDATE OF w) AS waiting
    WHERE e.id = waiting.id`;
}

/** Makes that execution due that would be due first. Index: action_execution_due_idx. */
export async function makeOldestExecutionDue(ctx: ProjectContext, actionId: string): Promise<void> {
  const now = ctx.now();
  await ctx.db.$executeRaw`
    UPDATE action_execution AS e SET due_at = ${now}, updated_at = ${now}
    FROM (SELECT id FROM action_execution WHERE action_id = ${actionId} AND project_id = ${ctx.projectId}
      AND status = 'PENDING'
      ORDER BY due_at, id LIMIT 1 FOR NO KEY UPDATE) AS oldest
    WHERE e.id = oldest.id AND e.due_at > ${now}`;
}
