import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { wakeActionsIfPossible } from "../wakes/wake-actions";
import { endBreakerPause } from "./end-breaker-pause";
import { loadActionState, requireActionMaySend } from "./action-to-send";

/** One statement makes at most this many executions due: 1,000 take about 0.05 s. */
const CHUNK = 1_000;
/** One call may name at most this many execution ids. */
export const SEND_NOW_EXECUTIONS_MAX = 1_000;

/** The executions to send now: up to 1,000 ids, or all waiting executions of an action. */
export type SendWaitingExecutionsNowInput = { executionIds: readonly string[] } | { actionId: string };

/**
 * Makes waiting executions due now, before their delay or retry time ends. The action's rate and its limit of
 * concurrent requests still apply. If the endpoint's circuit breaker is open, its pause ends: one execution tests the
 * endpoint, and the other executions follow after its success. Executions that do not wait stay unchanged, and so do
 * executions whose action is off or paused.
 * @returns the number of executions whose due time changed
 * @throws AppError CONFLICT if the named action is off or paused
 */
export async function sendWaitingExecutionsNow(
  ctx: ProjectContext,
  input: SendWaitingExecutionsNowInput,
): Promise<{ sent: number }> {
  requirePermission(ctx, "execution:act");
  if ("actionId" in input) requireActionMaySend(await loadActionState(ctx, ctx.db, input.actionId));
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

/**
 * Returns the ids of the actions to which the waiting executions belong. It leaves out actions that are off or paused.
 */
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
  // The stored reason says for what the execution waited. That wait is over, so a new reason replaces the old one.
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

/** Makes an action's waiting execution with the earliest due time due now. Index: action_execution_due_idx. */
export async function makeEarliestWaitingExecutionDue(ctx: ProjectContext, actionId: string): Promise<void> {
  const now = ctx.now();
  await ctx.db.$executeRaw`
    UPDATE action_execution AS e SET due_at = ${now}, updated_at = ${now}
    FROM (SELECT id FROM action_execution WHERE action_id = ${actionId} AND project_id = ${ctx.projectId}
      AND status = 'PENDING'
      ORDER BY due_at, id LIMIT 1 FOR NO KEY UPDATE) AS oldest
    WHERE e.id = oldest.id AND e.due_at > ${now}`;
}
