import { emptyFilter, Filter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import type { Page } from "../keyset";
import { listTriggers, type ListTriggersInput } from "./list-triggers";
import type { TriggerDetail } from "./get-trigger";

/** Lists one page of a project's triggers with their filters for the REST API, newest first. */
export async function listTriggerDetails(ctx: ProjectContext, input: ListTriggersInput): Promise<Page<TriggerDetail>> {
  const page = await listTriggers(ctx, input);
  const rows = await ctx.db.triggerConfiguration.findMany({
    where: { projectId: ctx.projectId, id: { in: page.items.map(({ id }) => id) } },
    select: { id: true, filter: true, createdById: true },
  });
  const people = await ctx.db.user.findMany({
    where: { id: { in: rows.flatMap(({ createdById }) => createdById ?? []) } },
    select: { id: true, name: true },
  });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    ...page,
    items: page.items.map((item) => ({
      ...item,
      filter: Filter.safeParse(byId.get(item.id)?.filter).data ?? emptyFilter,
      actionIds: item.actions.map(({ id }) => id),
      createdBy: names.get(byId.get(item.id)?.createdById ?? "") ?? null,
    })),
  };
}
