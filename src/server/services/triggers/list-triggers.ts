import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import { makeContainsTextWhere } from "../search";
import { listOrderedTriggerIds, type TriggerListQuery } from "./list-ordered-trigger-ids";
import { triggerRowSelect, type TriggerListItem, addTriggerActivity } from "./trigger-row";

export type ListTriggersInput = TriggerListQuery & {
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/**
 * Lists one page of a project's triggers, newest first or in another order. `search` finds a part of a name or
 * description.
 */
export async function listTriggers(ctx: ProjectContext, input: ListTriggersInput): Promise<Page<TriggerListItem>> {
  requirePermission(ctx, "project:read");
  if (input.sort || input.state || input.actionId) return listInOrder(ctx, input);
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const holds = makeContainsTextWhere(input.search ?? "");
  const rows = await ctx.db.triggerConfiguration.findMany({
    where: {
      projectId: ctx.projectId,
      deletedAt: null,
      ...makeAfterCursorWhere(input.cursor),
      ...(input.key === undefined ? {} : { key: input.key }),
      ...(input.search ? { OR: [{ name: holds }, { description: holds }] } : {}),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: triggerRowSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: await addTriggerActivity(ctx, page.items) };
}

/**
 * Lists one page of triggers in an order that changes all the time. So the cursor is a position in the list and not an
 * id.
 */
async function listInOrder(ctx: ProjectContext, input: ListTriggersInput): Promise<Page<TriggerListItem>> {
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const start = Math.max(0, Number.parseInt(input.cursor ?? "0", 10) || 0);
  const found = await listOrderedTriggerIds(ctx, input, { start, limit: limit + 1 });
  const places = new Map(found.slice(0, limit).map((id, index) => [id, index]));
  const rows = await ctx.db.triggerConfiguration.findMany({
    where: { id: { in: [...places.keys()] }, projectId: ctx.projectId, deletedAt: null },
    select: triggerRowSelect,
  });
  rows.sort((one, two) => places.get(one.id)! - places.get(two.id)!);
  return {
    items: await addTriggerActivity(ctx, rows),
    nextCursor: found.length > limit ? String(start + limit) : null,
  };
}
