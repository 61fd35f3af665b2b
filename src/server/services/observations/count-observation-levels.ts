import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeObservationFiltersWhere, type ObservationFilters } from "./filter-observations";

/** Only this many observations are counted, newest first. Reading them takes about 5 ms, in a project of any size. */
const LOOKED_AT_MAX = 2_000;

/**
 * How many observations have each level, such as ERROR; an observation without a level counts as DEFAULT. The filter by
 * level is ignored, so that each level shows its count.
 */
export type ObservationLevelCounts = {
  counts: Record<string, number>;
  /** true if more observations match the filters than were counted */
  isPartial: boolean;
};

/** Counts the levels of the newest 2,000 observations that match the filters other than the level. */
export async function countObservationLevels(
  ctx: ProjectContext,
  filters: ObservationFilters,
): Promise<ObservationLevelCounts> {
  requirePermission(ctx, "project:read");
  const rows = await ctx.db.observation.findMany({
    where: makeObservationFiltersWhere(ctx, { ...filters, level: undefined }),
    orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
    take: LOOKED_AT_MAX + 1,
    select: { level: true },
  });
  const counts: Record<string, number> = {};
  for (const { level } of rows.slice(0, LOOKED_AT_MAX)) {
    const name = level ?? "DEFAULT";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return { counts, isPartial: rows.length > LOOKED_AT_MAX };
}
