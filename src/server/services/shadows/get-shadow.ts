import { getEventSource } from "@/domain/event-source/registry";
import { describeFilter } from "@/domain/filter/describe-filter";
import { emptyFilter, Filter } from "@/domain/filter/schema";
import { SamplingBy } from "@/domain/sampling";
import type { ShadowInput } from "@/domain/shadow";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";

export type ShadowDetail = ShadowInput & {
  /** the filter in plain English */
  sentence: string;
  startedAt: Date;
  startedBy: string;
  /**
   * how many events since the shadow's start made both fire, only the shadow (`more`), only the trigger (`fewer`), or
   * neither; `undecided`: the result of a filter was unknown
   */
  counts: { bothFired: number; more: number; fewer: number; neither: number; undecided: number };
};

/**
 * Returns the shadow (trial filter) of a trigger with its counts; null if the trigger has none.
 * @throws AppError NOT_FOUND for an unknown trigger
 */
export async function getShadow(ctx: ProjectContext, input: { triggerId: string }): Promise<ShadowDetail | null> {
  requirePermission(ctx, "project:read");
  const { eventSource, shadow } = await findTriggerWithShadow(ctx, input.triggerId);
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

export async function findTriggerWithShadow(ctx: ProjectContext, triggerId: string) {
  const trigger = await ctx.db.triggerConfiguration.findFirst({
    where: { id: triggerId, projectId: ctx.projectId, deletedAt: null },
    select: { eventSource: true, shadow: true },
  });
  if (!trigger) throw makeNotFoundError("trigger");
  return trigger;
}
