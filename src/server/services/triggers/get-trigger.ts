import { emptyFilter, Filter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { triggerRowSelect, type TriggerListItem, addTriggerActivity } from "./trigger-row";

/** A trigger with its filter. If the stored filter is unreadable, `filter` is empty and `problem` has the reason. */
export type TriggerDetail = TriggerListItem & { filter: Filter; actionIds: string[]; createdBy: string | null };

export async function getTrigger(ctx: ProjectContext, input: { triggerId: string }): Promise<TriggerDetail> {
  requirePermission(ctx, "project:read");
  const row = await ctx.db.triggerConfiguration.findFirst({
    where: { id: input.triggerId, projectId: ctx.projectId, deletedAt: null },
    select: { ...triggerRowSelect, createdById: true },
  });
  if (!row) throw makeNotFoundError("trigger");
  const { createdById, ...rest } = row;
  const [item] = await addTriggerActivity(ctx, [rest]);
  const author = createdById
    ? await ctx.db.user.findUnique({ where: { id: createdById }, select: { name: true } })
    : null;
  return {
    ...item!,
    filter: Filter.safeParse(row.filter).data ?? emptyFilter,
    actionIds: item!.actions.map((action) => action.id),
    createdBy: author?.name ?? null,
  };
}
