import type { z } from "zod";
import { ShadowOutcome } from "@/domain/shadow";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { decodeCursor, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import { findTriggerWithShadow } from "./get-shadow";

export type ShadowDifference = {
  /** the id of the subject */
  sourceId: string;
  name: string | null;
  active: ShadowOutcome;
  proposed: ShadowOutcome;
  decidedAt: Date;
};

/** Lists the subjects for which the decisions of a trigger and its shadow differ, newest first. */
export async function listShadowDifferences(
  ctx: ProjectContext,
  input: { triggerId: string; cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<ShadowDifference>> {
  requirePermission(ctx, "project:read");
  const { eventSource, shadow } = await findTriggerWithShadow(ctx, input.triggerId);
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  if (!shadow) return { items: [], nextCursor: null };
  const rows = await ctx.db.shadowDifference.findMany({
    where: { shadowId: shadow.id, ...afterDifference(input.cursor) },
    orderBy: [{ decidedAt: "desc" }, { sourceId: "desc" }],
    take: limit + 1,
    select: { sourceId: true, active: true, proposed: true, decidedAt: true },
  });
  const page = toPage(rows, limit, (row) => ({ at: row.decidedAt, id: row.sourceId }));
  const named = await ctx.db.observation.findMany({
    where: { projectId: ctx.projectId, eventSource, id: { in: page.items.map(({ sourceId }) => sourceId) } },
    select: { id: true, name: true },
  });
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return {
    ...page,
    items: page.items.map((row) => ({
      ...row,
      name: names.get(row.sourceId) ?? null,
      active: Outcome.parse(row.active),
      proposed: Outcome.parse(row.proposed),
    })),
  };
}

function afterDifference(cursor: string | null | undefined) {
  const position = decodeCursor(cursor);
  if (!position) return {};
  const { at, id } = position;
  return {
    decidedAt: { lte: at },
    OR: [{ decidedAt: { lt: at } }, { decidedAt: at, sourceId: { lt: id } }],
  };
}

const Outcome: z.ZodType<ShadowOutcome> = ShadowOutcome.catch("not_matched");
