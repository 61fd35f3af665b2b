import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeAfterCursorWhere, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import { type ObservationFilters, makeObservationFiltersWhere } from "./filter-observations";

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
  facts: true,
  revisionCount: true,
  sanitized: true,
  firstReceivedAt: true,
  receivedAt: true,
} satisfies Prisma.ObservationSelect;
export type ObservationListItem = Prisma.ObservationGetPayload<{ select: typeof observationSelect }>;

export type ListObservationsInput = ObservationFilters & {
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/** Lists one page of a project's observations, the latest received first. */
export async function listObservations(
  ctx: ProjectContext,
  input: ListObservationsInput,
): Promise<Page<ObservationListItem>> {
  requirePermission(ctx, "project:read");
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const rows = await ctx.db.observation.findMany({
    where: { ...makeObservationFiltersWhere(ctx, input), ...makeAfterCursorWhere(input.cursor, "receivedAt") },
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: observationSelect,
  });
  return toPage(rows, limit, (row) => ({ at: row.receivedAt, id: row.id }));
}
