import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";

/** The most triggers whose filters are read, the latest changed first. */
const TRIGGERS_MAX = 500;
const COLUMNS_MAX = 5;

/**
 * Lists the five columns that most triggers of an event source filter by, the most used first. It reads the 500
 * triggers that were changed last, and a trigger counts once for a column. Index: trigger_configuration (project_id,
 * created_at, id).
 */
export async function listColumnsByUse(ctx: ProjectContext, input: { eventSource: string }): Promise<string[]> {
  requirePermission(ctx, "project:read");
  const rows = await ctx.db.$queryRaw<{ column: string }[]>`
    SELECT used.id AS column FROM (
      SELECT id, filter FROM trigger_configuration
      WHERE project_id = ${ctx.projectId} AND event_source = ${input.eventSource} AND deleted_at IS NULL
      ORDER BY updated_at DESC LIMIT ${TRIGGERS_MAX}
    ) AS t CROSS JOIN LATERAL (
      SELECT DISTINCT jsonb_path_query(t.filter, 'strict $.**.column') #>> '{}' AS id
    ) AS used GROUP BY used.id ORDER BY count(*) DESC, used.id LIMIT ${COLUMNS_MAX}`;
  return rows.map(({ column }) => column);
}
