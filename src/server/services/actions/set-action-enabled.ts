import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { changeEndpointHealth, clearFailuresOfHealth } from "../deliveries/endpoint-health";
import { requestEndWaitingExecutionsJob, storeEndWaitingExecutionsJob } from "../jobs/end-waiting-executions-job";
import { wakeActionsIfPossible } from "../wakes/wake-actions";
import { writeActionVersion } from "./write-action-version";
import { lockActionRow, requireActionVersion } from "./lock-action-row";

/**
 * Switches an action on or off. An action that is off sends nothing from now on, and a background job ends its waiting
 * executions as SKIPPED. `skipped` is their number, counted up to 100,000. Switching on forgets the failures of the
 * endpoint. It does not send skipped executions; a person can resend them. If the action is on or off already, nothing
 * changes and `skipped` is 0.
 * @throws AppError CONFLICT if the input names a version that the action no longer has
 */
export async function setActionEnabled(
  ctx: ProjectContext,
  input: { actionId: string; version?: number | undefined; enabled: boolean },
): Promise<{ id: string; disabledAt: Date | null; version: number; skipped: number }> {
  requirePermission(ctx, "action:write");
  const { row, ending } = await ctx.db.$transaction(async (tx) => {
    const before = await lockActionRow(ctx, tx, input);
    if (input.version !== undefined) requireActionVersion(before, input.version);
    if ((before.disabledAt === null) === input.enabled) return { row: before, ending: null };
    if (input.enabled)
      await changeEndpointHealth(tx, { projectId: ctx.projectId, actionId: before.id }, clearFailuresOfHealth);
    const now = ctx.now();
    const row = await tx.actionConfiguration.update({
      where: { id: before.id },
      data: {
        disabledAt: input.enabled ? null : now,
        disabledReason: input.enabled ? null : `Switched off by ${ctx.actor.label}.`,
        disabledByProgram: false,
        version: before.version + 1,
      },
      select: { id: true, disabledAt: true, version: true },
    });
    const ending = input.enabled
      ? null
      : await storeEndWaitingExecutionsJob(ctx, tx, { of: "action", id: before.id, why: "off", at: now });
    await writeAuditEntry(ctx, tx, {
      action: input.enabled ? "action.enable" : "action.disable",
      targetId: before.id,
      summary: `Switched the action "${before.name}" ${input.enabled ? "on" : "off"}.`,
    });
    await writeActionVersion(ctx, tx, {
      actionId: before.id,
      summary: input.enabled ? "Switched on." : "Switched off.",
    });
    return { row, ending };
  });
  if (ending) await requestEndWaitingExecutionsJob(ctx, [ending.job]);
  // Executions may still wait if the action was off only for a moment. The wake starts their delivery.
  else await wakeActionsIfPossible(ctx, [{ projectId: ctx.projectId, actionId: row.id, dueAt: ctx.now() }]);
  ctx.live.touch(ctx.projectId, "actions");
  ctx.live.touch(ctx.projectId, "executions");
  return { id: row.id, disabledAt: row.disabledAt, version: row.version, skipped: ending?.waiting ?? 0 };
}
