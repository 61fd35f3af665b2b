import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import { makeContainsTextWhere } from "../search";
import { type ActionListItem, actionRowSelect, addActionActivity } from "./action-row";
import { listActionHealth } from "./list-action-health";

export type ListActionsInput = {
  search?: string | undefined;
  /** only the action with this key */
  key?: string | undefined;
  /** the order: newest first (the default), or actions that need attention first */
  sort?: "newest" | "health" | undefined;
  /** only the actions with these ids */
  ids?: string[] | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/**
 * Lists one page of a project's actions, newest first or actions that need attention first. `search` finds a part of an
 * action's name.
 */
export async function listActions(ctx: ProjectContext, input: ListActionsInput): Promise<Page<ActionListItem>> {
  requirePermission(ctx, "project:read");
  // A key selects one action at most, which needs no order.
  if (input.sort === "health" && input.key === undefined) return listByHealth(ctx, input);
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const rows = await ctx.db.actionConfiguration.findMany({
    where: {
      projectId: ctx.projectId,
      deletedAt: null,
      ...makeAfterCursorWhere(input.cursor),
      ...(input.key === undefined ? {} : { key: input.key }),
      ...(input.search ? { name: makeContainsTextWhere(input.search) } : {}),
      ...(input.ids ? { id: { in: input.ids } } : {}),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: actionRowSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: await addActionActivity(ctx, page.items) };
}

/**
 * Lists one page of a project's actions, those that need attention first. The cursor is a position in the list and not
 * an id, because the order changes all the time.
 */
async function listByHealth(ctx: ProjectContext, input: ListActionsInput): Promise<Page<ActionListItem>> {
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const start = Math.max(0, Number.parseInt(input.cursor ?? "0", 10) || 0);
  const search = input.search?.toLowerCase() ?? "";
  const all = await listActionHealth(ctx, input.ids ? { actionIds: input.ids } : {});
  const health = all.filter(({ name }) => name.toLowerCase().includes(search));
  const shown = health.slice(start, start + limit);
  const rows = await ctx.db.actionConfiguration.findMany({
    where: { projectId: ctx.projectId, deletedAt: null, id: { in: shown.map(({ id }) => id) } },
    select: actionRowSelect,
  });
  const places = new Map(shown.map(({ id }, index) => [id, index]));
  rows.sort((one, two) => places.get(one.id)! - places.get(two.id)!);
  return {
    items: await addActionActivity(ctx, rows, shown),
    nextCursor: health.length > start + limit ? String(start + limit) : null,
  };
}
