import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import { type RejectedEventRow, rejectedEventSelect, addEventKeyNames } from "./add-event-key-names";

/**
 * An event that could not be processed, as the list shows it. `keyName` is the name of the event key with which it was
 * sent; null if no key, or an unknown one, sent it.
 */
export type RejectedEventListItem = RejectedEventRow & { keyName: string | null };

/** Lists one page of a project's events that could not be processed, newest first. */
export async function listRejectedEvents(
  ctx: ProjectContext,
  input: { cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<RejectedEventListItem>> {
  requirePermission(ctx, "rejected:read");
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const rows = await ctx.db.rejectedEvent.findMany({
    where: { projectId: ctx.projectId, ...makeAfterCursorWhere(input.cursor, "receivedAt") },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: rejectedEventSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.receivedAt, id: row.id }));
  return { ...page, items: await addEventKeyNames(ctx, page.items) };
}
