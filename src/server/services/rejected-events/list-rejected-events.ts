import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { afterCursorWhere, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import { type RejectedEventRow, rejectedEventSelect, addEventKeyNames } from "./add-event-key-names";

/** A rejected event in a list. `keyName` is null if its key is no longer stored. */
export type RejectedEventListItem = RejectedEventRow & { keyName: string | null };

/** Lists the rejected events of a project, newest first. */
export async function listRejectedEvents(
  ctx: ProjectContext,
  input: { cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<RejectedEventListItem>> {
  requirePermission(ctx, "rejected:read");
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const rows = await ctx.db.rejectedEvent.findMany({
    where: { projectId: ctx.projectId, ...afterCursorWhere(input.cursor, "receivedAt") },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: rejectedEventSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.receivedAt, id: row.id }));
  return { ...page, items: await addEventKeyNames(ctx, page.items) };
}
