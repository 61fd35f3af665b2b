import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { endBreakerPause } from "./end-breaker-pause";
import { findActionToSend, requireActionMaySend, wakeActionNow } from "./action-to-send";
import { makeOldestExecutionDue } from "./send-waiting-executions-now";

/** @property isProbing whether the breaker was open, so that a probe leaves or is on the wire */
export type ProbeResult = { id: string; isProbing: boolean };

/**
 * Ends the pause of an endpoint's breaker. The oldest waiting execution then goes alone as the probe, even before its
 * retry is due. If the probe succeeds, the breaker closes, and due executions follow at the action's rate.
 * @throws AppError CONFLICT if the action is off or paused
 */
export async function probeAction(ctx: ProjectContext, input: { actionId: string }): Promise<ProbeResult> {
  requirePermission(ctx, "execution:act");
  const action = await findActionToSend(ctx, ctx.db, input.actionId);
  requireActionMaySend(action);
  const isProbing = await endBreakerPause(ctx, ctx.db, { projectId: ctx.projectId, actionId: action.id });
  if (isProbing) {
    await makeOldestExecutionDue(ctx, action.id);
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
