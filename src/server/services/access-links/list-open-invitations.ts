import type { Role } from "@/domain/access";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, type PageInput, toPage } from "../keyset";

export type OpenInvitation = { id: string; email: string; role: Role; createdAt: Date; expiresAt: Date };

/** Lists one page of the project's invitations that people can still accept, newest first. */
export async function listOpenInvitations(ctx: ProjectContext, input: PageInput): Promise<Page<OpenInvitation>> {
  requirePermission(ctx, "member:manage");
  const rows = await ctx.db.accessLink.findMany({
    where: {
      projectId: ctx.projectId,
      kind: "INVITATION",
      usedAt: null,
      revokedAt: null,
      expiresAt: { gt: ctx.now() },
      ...makeAfterCursorWhere(input.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: { id: true, email: true, role: true, createdAt: true, expiresAt: true },
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map((row) => ({ ...row, role: row.role ?? "viewer" })) };
}
