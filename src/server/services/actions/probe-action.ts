import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { endBreakerPause } from "./end-breaker-pause";
import { loadActionState, requireActionMaySend, wakeActionNow } from "./action-to-send";
import { makeEarliestWaitingExecutionDue } from "./send-waiting-executions-now";

/** @property isProbing true if the breaker was open, so one request now tests the endpoint */
export type ProbeResult = { id: string; isProbing: boolean };

/**
 * Tests an endpoint before the pause of its circuit breaker is over. The program sends the waiting execution with the
 * earliest due time alone, even if that time has not come yet. If the endpoint accepts this probe, the breaker closes
 * and the other due executions follow. If the breaker is closed, nothing changes.
 * @throws AppError CONFLICT if the action is off or paused
 */
export async function probeAction(ctx: ProjectContext, input: { actionId: string }): Promise<ProbeResult> {
  requirePermission(ctx, "execution:act");
  const action = await loadActionState(ctx, ctx.db, input.actionId);
  requireActionMaySend(action);
  const isProbing = await endBreakerPause(ctx, ctx.db, { projectId: ctx.projectId, actionId: action.id });
  if (isProbing) {
    await makeEarliestWaitingExecutionDue(ctx, action.id);
    await writeAuditEntry(ctx, ctx.db, {
      action: "action.probe",
      targetId: action.id,
      summary: `Probed the endpoint of the action "${action.name}" before its pause was over.`,
    });
    await wakeActionNow(ctx, action.id);
    ctx.live.touch(ctx.projectId, "actions");
  }
  return { id: action.id, isProbing };
}
