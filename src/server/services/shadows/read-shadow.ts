import type { z } from "zod";
import { getEventSource } from "@/domain/event-source/registry";
import { describeFilter } from "@/domain/filter/describe";
import { emptyFilter, Filter } from "@/domain/filter/schema";
import { SamplingBy } from "@/domain/sampling";
import { ShadowOutcome, type ShadowInput } from "@/domain/shadow";
import type { ProjectContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { decodeCursor, PAGE_SIZE, toPage, type Page } from "../keyset";

export type Shadow = ShadowInput & {
  /** the filter in plain English */
  sentence: string;
  startedAt: Date;
  startedBy: string;
  /** the events since the shadow's start, by how the trigger and the shadow compared */
  counts: { bothFired: number; more: number; fewer: number; neither: number; undecided: number };
};

/** Returns the shadow of a trigger; null without one. @throws AppError NOT_FOUND for an unknown trigger */
export async function getShadow(ctx: ProjectContext, input: { triggerId: string }): Promise<Shadow | null> {
  requirePermission(ctx, "project:read");
  const { eventSource, shadow } = await findShadow(ctx, input.triggerId);
  if (!shadow) return null;
  const filter = Filter.safeParse(shadow.filter).data ?? emptyFilter;
  const source = getEventSource(eventSource);
  const { bothFired, more, fewer, neither, undecided } = shadow;
  return {
    filter,
    samplingRate: shadow.samplingRate,
    samplingBy: SamplingBy.catch("source").parse(shadow.samplingBy),
    sentence: source ? describeFilter(source, filter) : "a filter that cannot be read",
    startedAt: shadow.startedAt,
    startedBy: shadow.startedByLabel,
    counts: { bothFired, more, fewer, neither, undecided },
  };
}

export type ShadowDifference = {
  /** the id of the subject, or of the subject of another event source */
  sourceId: string;
  name: string | null;
  active: ShadowOutcome;
  proposed: ShadowOutcome;
  decidedAt: Date;
};

/** Lists the subjects about whose latest state a trigger and its shadow differ, newest first. */
export async function listShadowDifferences(
  ctx: ProjectContext,
  input: { triggerId: string; cursor?: string | null | undefined; limit?: number | undefined },
): Promise<Page<ShadowDifference>> {
  requirePermission(ctx, "project:read");
  const { eventSource, shadow } = await findShadow(ctx, input.triggerId);
  const limit = input.limit ?? PAGE_SIZE;
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

async function findShadow(ctx: ProjectContext, triggerId: string) {
  const trigger = await ctx.db.triggerConfiguration.findFirst({
    where: { id: triggerId, projectId: ctx.projectId, deletedAt: null },
    select: { eventSource: true, shadow: true },
  });
  if (!trigger) throw notFound("trigger");
  return trigger;
}
