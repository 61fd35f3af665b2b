import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, type PageInput, toPage } from "../keyset";

export type EventKeySummary = {
  id: string;
  name: string;
  last4: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

/** Lists one page of a project's event keys, newest first, including revoked ones. */
export async function listEventKeys(ctx: ProjectContext, input: PageInput): Promise<Page<EventKeySummary>> {
  requirePermission(ctx, "eventKey:manage");
  const rows = await ctx.db.eventKey.findMany({
    where: { projectId: ctx.projectId, ...makeAfterCursorWhere(input.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: { id: true, name: true, last4: true, createdAt: true, lastUsedAt: true, revokedAt: true },
  });
  return toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
}
