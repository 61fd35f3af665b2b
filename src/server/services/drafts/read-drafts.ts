import type { ProjectContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { afterCursor, toPage, type Page, type PageInput } from "../keyset";
import { draftSelect, toDraft, type TriggerDraft } from "./draft-row";

/** Lists the open drafts of a project, newest first. */
export async function listDrafts(ctx: ProjectContext, input: PageInput): Promise<Page<TriggerDraft>> {
  requirePermission(ctx, "project:read");
  const rows = await ctx.db.triggerDraft.findMany({
    where: {
      projectId: ctx.projectId,
      appliedAt: null,
      discardedAt: null,
      expiresAt: { gt: ctx.now() },
      ...afterCursor(input.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: draftSelect,
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map((row) => toDraft(ctx, row)) };
}

export async function getDraft(ctx: ProjectContext, input: { draftId: string }): Promise<TriggerDraft> {
  requirePermission(ctx, "project:read");
  const row = await ctx.db.triggerDraft.findFirst({
    where: { id: input.draftId, projectId: ctx.projectId },
    select: draftSelect,
  });
  if (!row) throw notFound("draft");
  return toDraft(ctx, row);
}
