import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { mayOnlyReadManagedTriggers } from "./refuse-managed-trigger";
import { setTriggerEnabled } from "./set-trigger-enabled";

/**
 * Switches several triggers on or off, each in its own transaction. Deleted triggers are left out.
 * @returns `changed`: ids of the triggers that were switched; `managed`: ids of triggers that were left out because
 * files manage them
 */
export async function setTriggersEnabled(
  ctx: ProjectContext,
  input: { triggerIds: readonly string[]; enabled: boolean },
): Promise<{ changed: string[]; managed: string[] }> {
  requirePermission(ctx, "trigger:write");
  const rows = await ctx.db.triggerConfiguration.findMany({
    where: {
      id: { in: [...input.triggerIds] },
      projectId: ctx.projectId,
      deletedAt: null,
      status: input.enabled ? "DISABLED" : "ACTIVE",
    },
    select: { id: true, management: true },
  });
  const isManaged = ({ management }: (typeof rows)[number]): boolean =>
    management === "managed" && mayOnlyReadManagedTriggers(ctx);
  const changed = rows.filter((row) => !isManaged(row)).map(({ id }) => id);
  for (const triggerId of changed) await setTriggerEnabled(ctx, { triggerId, enabled: input.enabled });
  return { changed, managed: rows.filter(isManaged).map(({ id }) => id) };
}
