import type { ServiceContext } from "@/server/context";
import type { SignedInUser } from "../access";
import { makeAfterCursorWhere, type Page, type PageInput, toPage } from "../keyset";
import { type ApiTokenSummary, apiTokenSelect, toApiTokenSummary } from "./token-row";

/** Lists one page of a person's personal API tokens, newest first, including revoked and expired ones. */
export async function listPersonalTokens(
  ctx: ServiceContext,
  user: SignedInUser,
  input: PageInput,
): Promise<Page<ApiTokenSummary>> {
  const rows = await ctx.db.apiToken.findMany({
    where: { userId: user.id, projectId: null, ...makeAfterCursorWhere(input.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: apiTokenSelect,
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map(toApiTokenSummary) };
}
