import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, type PageInput, toPage } from "../keyset";
import { type ApiTokenSummary, apiTokenSelect, toApiTokenSummary } from "./token-row";

/** Lists one page of a project's API tokens, newest first, including revoked and expired ones. */
export async function listProjectTokens(ctx: ProjectContext, input: PageInput): Promise<Page<ApiTokenSummary>> {
  requirePermission(ctx, "token:manage");
  const rows = await ctx.db.apiToken.findMany({
    where: { projectId: ctx.projectId, ...makeAfterCursorWhere(input.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: apiTokenSelect,
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map(toApiTokenSummary) };
}
