import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import type { ActionInput } from "./action-input";
import { requireActionType, checkActionConfiguration, requireAvailableActionType } from "./action-configuration";
import { insertAction, type CreatedAction, type SavedActionWarning } from "./insert-action";
import { writeActionVersion } from "./write-action-version";

/** Creates an action. If its type signs, the answer holds the signing secret, which no later answer shows. */
export async function createAction(
  ctx: ProjectContext,
  input: ActionInput,
): Promise<CreatedAction & SavedActionWarning> {
  requirePermission(ctx, "action:write");
  const type = requireActionType(input.type);
  requireAvailableActionType(ctx, type);
  const { configuration, warning } = await checkActionConfiguration(ctx, {
    type,
    input: input.configuration,
    previous: null,
  });
  const { stored } = configuration;
  const made = await ctx.db.$transaction(async (tx) => {
    const action = await insertAction(ctx, tx, { key: input.key, name: input.name, type: input.type, stored });
    await writeAuditEntry(ctx, tx, {
      action: "action.create",
      targetId: action.id,
      summary: `Created the action "${input.name}".`,
    });
    await writeActionVersion(ctx, tx, { actionId: action.id, summary: "Created." });
    return action;
  });
  ctx.live.touch(ctx.projectId, "actions");
  return { ...made, warning };
}
