import type { ProjectContext } from "@/server/context";
import type { BackfillRange } from "./backfill-range";

const COUNTED_MAX = 1_000_000;

export async function countSubjectsInRange(
  ctx: ProjectContext,
  eventSource: string,
  { from, to }: BackfillRange,
): Promise<number> {
  const [row] = await ctx.db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (SELECT 1 FROM observation
      WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND received_at >= ${from}
        AND received_at < ${to} AND state IS NOT NULL LIMIT ${COUNTED_MAX}) AS o`;
  return row?.count ?? 0;
}
