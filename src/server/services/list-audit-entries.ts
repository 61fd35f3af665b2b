import type { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { makeAfterCursorWhere, type Page, toPage } from "./keyset";

export type AuditEntry = {
  id: string;
  actor: string;
  action: string;
  targetId: string | null;
  summary: string;
  createdAt: Date;
};

export async function listAuditEntries(
  ctx: ServiceContext,
  where: Prisma.AuditLogWhereInput,
  { cursor, limit }: { cursor: string | null | undefined; limit: number },
): Promise<Page<AuditEntry>> {
  const rows = await ctx.db.auditLog.findMany({
    where: { AND: [where, makeAfterCursorWhere(cursor)] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: { id: true, actorLabel: true, action: true, targetId: true, summary: true, createdAt: true },
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map(({ actorLabel, ...row }) => ({ ...row, actor: actorLabel })) };
}
