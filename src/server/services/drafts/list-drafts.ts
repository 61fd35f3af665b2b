import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, type PageInput, toPage } from "../keyset";
import { triggerDraftSelect, toTriggerDraft, type TriggerDraft } from "./draft-row";

/** Lists the open drafts of a project, newest first. */
export async function listDrafts(ctx: ProjectContext, input: PageInput): Promise<Page<TriggerDraft>> {
  requirePermission(ctx, "project:read");
  const rows = await ctx.db.triggerDraft.findMany({
    where: {
      projectId: ctx.projectId,
      appliedAt: null,
      discardedAt: null,
      expiresAt: { gt: ctx.now() },
      ...makeAfterCursorWhere(input.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: triggerDraftSelect,
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map((row) => toTriggerDraft(ctx, row)) };
}
