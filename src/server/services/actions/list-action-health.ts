import { type ActionHealth, deriveActionHealth, actionHealthRank } from "@/domain/action-health";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { endpointHealthColumnsSql, type EndpointHealthRow, toEndpointHealth } from "../deliveries/endpoint-health";

const HOUR_MS = 3_600_000;
/** The list counts at most this many waiting executions for each action. */
const WAITING_MAX = 1_000;

/** The health of one action's endpoint, with the number of its waiting executions and its last failure. */
export type ActionHealthItem = ActionHealth & {
  id: string;
  name: string;
  /** the number of waiting executions, up to 1,000 */
  waiting: number;
  lastFailure: { executionId: string; message: string; at: Date } | null;
};

type Row = { [Column in keyof EndpointHealthRow]: EndpointHealthRow[Column] | null } & {
  id: string;
  name: string;
  disabledAt: Date | null;
  disabledReason: string | null;
  disabledByProgram: boolean;
  pausedAt: Date | null;
  pausedByLabel: string | null;
  attempts: number;
  succeeded: number;
  waiting: number;
};

/**
 * Lists the health of a project's actions in one query, actions that need attention first. For each action the query
 * makes three index look-ups: its attempts of the last hour, its waiting executions and its endpoint's health.
 */
export async function listActionHealth(
  ctx: ProjectContext,
  input: { actionIds?: readonly string[] } = {},
): Promise<ActionHealthItem[]> {
  requirePermission(ctx, "project:read");
  const now = ctx.now();
  const named = input.actionIds ? Prisma.sql`AND a.id = ANY(${[...input.actionIds]}::text[])` : Prisma.empty;
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT a.id, a.name, a.disabled_at AS "disabledAt", a.disabled_reason AS "disabledReason",
      a.disabled_by_program AS "disabledByProgram",
      a.paused_at AS "pausedAt", a.paused_by_label AS "pausedByLabel",
      m.attempts, m.succeeded, q.waiting, ${endpointHealthColumnsSql}
    FROM action_configuration a LEFT JOIN action_health h ON h.action_id = a.id
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(attempts), 0)::int AS attempts, coalesce(sum(succeeded), 0)::int AS succeeded
      FROM action_minute WHERE action_id = a.id AND minute > ${new Date(now.getTime() - HOUR_MS)}
    ) AS m
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS waiting
      FROM (SELECT 1 FROM action_execution WHERE action_id = a.id AND status = 'PENDING' LIMIT ${WAITING_MAX}) AS found
    ) AS q
    WHERE a.project_id = ${ctx.projectId} AND a.deleted_at IS NULL ${named}`;
  return rows.map((row) => toItem(row, now)).sort(byTrouble);
}

function toItem(row: Row, now: Date): ActionHealthItem {
  const { id, name, waiting, attempts, succeeded } = row;
  const known = row.revision === null ? null : toEndpointHealth(row as EndpointHealthRow);
  const { failingSince, lastFailureAt } = row;
  const health = deriveActionHealth(
    {
      off: row.disabledAt && {
        since: row.disabledAt,
        programReason: row.disabledByProgram ? row.disabledReason : null,
      },
      paused: row.pausedAt && { since: row.pausedAt, by: row.pausedByLabel ?? "somebody" },
      breaker: known?.breaker ?? null,
      failingSince,
      lastHour: { attempts, succeeded },
    },
    now,
  );
  const lastFailure = known?.lastFailure && lastFailureAt ? { ...known.lastFailure, at: lastFailureAt } : null;
  return { id, name, waiting, lastFailure, ...health };
}

function byTrouble(one: ActionHealthItem, two: ActionHealthItem): number {
  const attention = Number(two.needsAttention) - Number(one.needsAttention);
  if (attention !== 0) return attention;
  if (one.needsAttention && one.waiting !== two.waiting) return two.waiting - one.waiting;
  return actionHealthRank[one.word] - actionHealthRank[two.word] || (one.name < two.name ? -1 : 1);
}
