import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { audit } from "../audit";
import type { ActionInput } from "./action-input";
import { actionTypeOf, checkConfiguration, requireAvailable } from "./configuration";
import { insertAction, type MadeAction, type WithWarning } from "./insert-action";
import { keepVersion } from "./keep-version";

/** Creates an action. Only this answer ever shows its signing secret. */
export async function createAction(ctx: ProjectContext, input: ActionInput): Promise<MadeAction & WithWarning> {
  requirePermission(ctx, "action:write");
  const type = actionTypeOf(input.type);
  requireAvailable(ctx, type);
  const { configuration, warning } = await checkConfiguration(ctx, {
    type,
    input: input.configuration,
    previous: null,
  });
  const { stored } = configuration;
  const made = await ctx.db.$transaction(async (tx) => {
    const action = await insertAction(ctx, tx, { key: input.key, name: input.name, type: input.type, stored });
    await audit(ctx, tx, {
      action: "action.create",
      targetId: action.id,
      summary: `Created the action "${input.name}".`,
    });
    await keepVersion(ctx, tx, { actionId: action.id, summary: "Created." });
    return action;
  });
  ctx.live.touch(ctx.projectId, "actions");
  return { ...made, warning };
}
