import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "./access";
import { type AuditEntry, listAuditEntries } from "./list-audit-entries";
import { type Page, PAGE_SIZE_DEFAULT } from "./keyset";
import { makeContainsTextWhere } from "./search";

export type ListAuditInput = {
  /** the kind of thing that was changed, such as `trigger`: the part of the entry's `action` before the dot */
  noun?: string | undefined;
  targetId?: string | undefined;
  /** a text that the entry's summary or the actor's name must contain */
  search?: string | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/**
 * Lists the audit log of a project, newest first. Changes of its members' accounts, and failed sign-ins with their
 * emails, are included.
 */
export async function listAudit(ctx: ProjectContext, input: ListAuditInput): Promise<Page<AuditEntry>> {
  requirePermission(ctx, "audit:read");
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const members = await ctx.db.membership.findMany({
    where: { projectId: ctx.projectId },
    select: { userId: true },
  });
  const ofAccounts = { projectId: null, targetId: { in: members.map(({ userId }) => userId) } };
  const { noun, targetId, search } = input;
  const filters: Prisma.AuditLogWhereInput[] = [
    ...(noun ? [{ action: { startsWith: `${noun}.` } }] : []),
    ...(targetId ? [{ targetId }] : []),
    ...(search
      ? [{ OR: [{ summary: makeContainsTextWhere(search) }, { actorLabel: makeContainsTextWhere(search) }] }]
      : []),
  ];
  return listAuditEntries(
    ctx,
    { AND: [{ OR: [{ projectId: ctx.projectId }, ofAccounts] }, ...filters] },
    { cursor: input.cursor, limit },
  );
}
