import type { ProjectContext } from "@/server/context";

const HOUR_MS = 3_600_000;

/**
 * Returns why triggers could not evaluate an event of the last hour, a sentence for each. Errors of older versions do
 * not count.
 */
export async function readRecentTriggerErrors(
  ctx: ProjectContext,
  triggers: readonly { id: string; version: number }[],
): Promise<Map<string, string>> {
  const found = await ctx.db.$queryRaw<{ id: string; reason: string }[]>`
    SELECT t.id, d.reason
      FROM unnest(${triggers.map(({ id }) => id)}::text[], ${triggers.map(({ version }) => version)}::int[]) AS t(id,
        version)
    CROSS JOIN LATERAL (
      SELECT reason FROM decision WHERE trigger_id = t.id AND project_id = ${ctx.projectId}
        AND kind = 'filter_error' AND trigger_version = t.version
        AND created_at > ${new Date(ctx.now().getTime() - HOUR_MS)} ORDER BY created_at DESC LIMIT 1
    ) AS d`;
  return new Map(found.map(({ id, reason }) => [id, `Events of the last hour were not decided. ${reason}`]));
}
