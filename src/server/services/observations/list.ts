import { type Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { afterCursor, PAGE_SIZE, toPage, type Page } from "../keyset";
import { containing } from "../search";

export const observationSelect = {
  id: true,
  eventSource: true,
  traceId: true,
  parentId: true,
  type: true,
  name: true,
  level: true,
  model: true,
  environment: true,
  userId: true,
  sessionId: true,
  startTime: true,
  latency: true,
  totalTokens: true,
  totalCost: true,
  revisionCount: true,
  sanitized: true,
  firstReceivedAt: true,
  receivedAt: true,
} satisfies Prisma.ObservationSelect;
export type ObservationListItem = Prisma.ObservationGetPayload<{ select: typeof observationSelect }>;

export type ListObservationsInput = {
  /** default: every event source */
  eventSource?: string | undefined;
  /** searches id, name and trace id */
  search?: string | undefined;
  level?: string[] | undefined;
  type?: string[] | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/** The observations of a project, latest receipt first. */
export async function listObservations(
  ctx: ProjectContext,
  input: ListObservationsInput,
): Promise<Page<ObservationListItem>> {
  requirePermission(ctx, "project:read");
  const limit = input.limit ?? PAGE_SIZE;
  const holds = containing(input.search ?? "");
  const rows = await ctx.db.observation.findMany({
    where: {
      projectId: ctx.projectId,
      state: { not: null },
      ...afterCursor(input.cursor, "receivedAt"),
      ...(input.eventSource === undefined ? {} : { eventSource: input.eventSource }),
      ...(input.level?.length ? { level: { in: input.level } } : {}),
      ...(input.type?.length ? { type: { in: input.type } } : {}),
      ...(input.search ? { OR: [{ id: holds }, { name: holds }, { traceId: holds }] } : {}),
    },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: observationSelect,
  });
  return toPage(rows, limit, (row) => ({ at: row.receivedAt, id: row.id }));
}
