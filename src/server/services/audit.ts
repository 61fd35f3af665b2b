import type { AuditAction } from "@/domain/audit";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { Prisma } from "@/generated/prisma/client";
import type { Queryable } from "@/server/db/client";
import { newId } from "@/server/ids";
import { requirePermission } from "./access";
import { containing } from "./search";
import { afterCursor, PAGE_SIZE, toPage, type Page } from "./keyset";

export type AuditEntry = {
  id: string;
  actor: string;
  action: string;
  targetId: string | null;
  summary: string;
  createdAt: Date;
};

/**
 * Writes a change to the audit log, in the transaction of the change.
 * @param entry action: `noun.verb`; summary: all that a reader needs to understand the change, and never a secret
 */
export async function audit(
  ctx: Pick<ServiceContext, "actor" | "now"> & { projectId: string },
  tx: Queryable,
  entry: { action: AuditAction; targetId: string | null; summary: string },
): Promise<void> {
  await tx.auditLog.create({
    data: {
      id: newId("aud"),
      projectId: ctx.projectId,
      actorId: ctx.actor.id,
      actorLabel: ctx.actor.label,
      ...entry,
      createdAt: ctx.now(),
    },
  });
}

export type ListAuditInput = {
  /** the kind of thing that was changed: the part of `action` before the dot, such as `trigger` */
  noun?: string | undefined;
  targetId?: string | undefined;
  /** a part of the summary, or of the actor's name */
  search?: string | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/** Lists the audit log of a project, newest first, with the account events of its members. */
export async function listAudit(ctx: ProjectContext, input: ListAuditInput): Promise<Page<AuditEntry>> {
  requirePermission(ctx, "audit:read");
  const limit = input.limit ?? PAGE_SIZE;
  const members = await ctx.db.membership.findMany({
    where: { projectId: ctx.projectId },
    select: { userId: true },
  });
  const ofAccounts = { projectId: null, targetId: { in: members.map(({ userId }) => userId) } };
  const { noun, targetId, search } = input;
  const filters: Prisma.AuditLogWhereInput[] = [
    ...(noun ? [{ action: { startsWith: `${noun}.` } }] : []),
    ...(targetId ? [{ targetId }] : []),
    ...(search ? [{ OR: [{ summary: containing(search) }, { actorLabel: containing(search) }] }] : []),
  ];
  return auditPage(
    ctx,
    { AND: [{ OR: [{ projectId: ctx.projectId }, ofAccounts] }, ...filters] },
    { cursor: input.cursor, limit },
  );
}

/** Lists account events of the whole installation, and sign-ins with unknown emails, newest first. */
export async function listAccountAudit(
  ctx: ServiceContext,
  input: { cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<AuditEntry>> {
  return auditPage(ctx, { projectId: null }, { cursor: input.cursor, limit: input.limit ?? PAGE_SIZE });
}

async function auditPage(
  ctx: ServiceContext,
  where: Prisma.AuditLogWhereInput,
  { cursor, limit }: { cursor: string | null | undefined; limit: number },
): Promise<Page<AuditEntry>> {
  const rows = await ctx.db.auditLog.findMany({
    where: { AND: [where, afterCursor(cursor)] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: { id: true, actorLabel: true, action: true, targetId: true, summary: true, createdAt: true },
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map(({ actorLabel, ...row }) => ({ ...row, actor: actorLabel })) };
}
