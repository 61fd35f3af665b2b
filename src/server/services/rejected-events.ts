import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { requirePermission } from "./access";
import { afterCursor, PAGE_SIZE, toPage, type Page } from "./keyset";

const rowSelect = {
  id: true,
  eventId: true,
  name: true,
  reason: true,
  keyId: true,
  receivedAt: true,
} satisfies Prisma.RejectedEventSelect;
type Row = Prisma.RejectedEventGetPayload<{ select: typeof rowSelect }>;
/** A rejected event in a list. `keyName` is null if its key is no longer stored. */
export type RejectedEventListItem = Row & { keyName: string | null };

/** Lists the rejected events of a project, newest first. */
export async function listRejectedEvents(
  ctx: ProjectContext,
  input: { cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<RejectedEventListItem>> {
  requirePermission(ctx, "rejected:read");
  const limit = input.limit ?? PAGE_SIZE;
  const rows = await ctx.db.rejectedEvent.findMany({
    where: { projectId: ctx.projectId, ...afterCursor(input.cursor, "receivedAt") },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: rowSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.receivedAt, id: row.id }));
  return { ...page, items: await withKeyNames(ctx, page.items) };
}

/** Returns a rejected event. `body` is the first 64 KB of its data. */
export async function getRejectedEvent(
  ctx: ProjectContext,
  input: { rejectedEventId: string },
): Promise<RejectedEventListItem & { body: string }> {
  requirePermission(ctx, "rejected:read");
  const row = await ctx.db.rejectedEvent.findFirst({
    where: { id: input.rejectedEventId, projectId: ctx.projectId },
    select: { ...rowSelect, body: true },
  });
  if (!row) throw notFound("rejected event");
  const [named] = await withKeyNames(ctx, [row]);
  return named!;
}

async function withKeyNames<Item extends Row>(
  ctx: ProjectContext,
  rows: readonly Item[],
): Promise<(Item & { keyName: string | null })[]> {
  const keys = await ctx.db.eventKey.findMany({
    where: { projectId: ctx.projectId, id: { in: rows.flatMap(({ keyId }) => keyId ?? []) } },
    select: { id: true, name: true },
  });
  const names = new Map(keys.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({ ...row, keyName: (row.keyId && names.get(row.keyId)) ?? null }));
}
