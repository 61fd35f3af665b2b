import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { makeCopyName } from "../make-copy-name";
import { insertAction, type CreatedAction } from "./insert-action";
import { writeActionVersion } from "./write-action-version";
import { lockActionRow } from "./lock-action-row";

/**
 * Copies an action. The copy has no configuration key, and is on, even if the action is off or paused. If its type
 * signs, it has a new signing secret, which only this answer shows. The copy keeps the secret headers, because it sends
 * to the same URL. The URL is not checked again; the guard checks it at each attempt.
 */
export async function duplicateAction(ctx: ProjectContext, input: { actionId: string }): Promise<CreatedAction> {
  requirePermission(ctx, "action:write");
  const made = await ctx.db.$transaction(async (tx) => {
    const before = await lockActionRow(ctx, tx, input);
    const action = await insertAction(ctx, tx, {
      name: makeCopyName(before.name),
      type: before.type,
      stored: before.configuration,
    });
    await writeAuditEntry(ctx, tx, {
      action: "action.duplicate",
      targetId: action.id,
      summary: `Copied the action "${before.name}".`,
    });
    await writeActionVersion(ctx, tx, { actionId: action.id, summary: `Copied from "${before.name}".` });
    return action;
  });
  ctx.live.touch(ctx.projectId, "actions");
  return made;
}
