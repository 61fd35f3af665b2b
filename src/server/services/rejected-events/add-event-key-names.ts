import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

export const rejectedEventSelect = {
  id: true,
  eventId: true,
  name: true,
  reason: true,
  keyId: true,
  receivedAt: true,
} satisfies Prisma.RejectedEventSelect;
export type RejectedEventRow = Prisma.RejectedEventGetPayload<{ select: typeof rejectedEventSelect }>;

export async function addEventKeyNames<Item extends RejectedEventRow>(
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
