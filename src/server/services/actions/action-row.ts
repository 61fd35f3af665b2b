import type { ActionTarget, DecryptText } from "@/domain/action/action-type";
import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { hasPermission } from "../access";
import { type LastDayAttempts, sumLastDayAttempts, emptyLastDayAttempts } from "./last-day-attempts";
import { type ActionHealthItem, listActionHealth } from "./list-action-health";
import type { JsonObject } from "@/domain/json/json-kinds";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** The list of actions counts at most this many recent executions for each action. */
const COUNTED_MAX = 1_000;

export const actionRowSelect = {
  id: true,
  key: true,
  name: true,
  type: true,
  configuration: true,
  version: true,
  disabledAt: true,
  disabledReason: true,
  pausedAt: true,
  pausedByLabel: true,
  createdAt: true,
  updatedAt: true,
  triggers: {
    where: { trigger: { deletedAt: null } },
    orderBy: { trigger: { createdAt: "desc" } },
    select: { trigger: { select: { id: true, name: true, status: true, eventSource: true } } },
  },
} satisfies Prisma.ActionConfigurationSelect;
type Row = Prisma.ActionConfigurationGetPayload<{ select: typeof actionRowSelect }>;

export type ActionListItem = Omit<Row, "configuration" | "triggers"> & {
  /**
   * the configuration without secrets; the URL is masked for readers without the permission `secret:manage`; null if
   * the stored configuration is unreadable
   */
  configuration: JsonObject | null;
  /** where the action sends, masked as in `configuration`; null if the stored configuration is unreadable */
  target: ActionTarget | null;
  /** the reason why the stored configuration or its encrypted URL cannot be used; null without a problem */
  problem: string | null;
  triggers: { id: string; name: string; status: "ACTIVE" | "DISABLED"; eventSource: string }[];
  /** counts of the action's latest 1,000 executions of the last 24 hours */
  last24h: { completed: number; failed: number };
  health: ActionHealthItem;
  /** the action's attempts of the last 24 hours */
  day: LastDayAttempts;
};

export async function addActionActivity(
  ctx: ProjectContext,
  rows: readonly Row[],
  known?: readonly ActionHealthItem[],
): Promise<ActionListItem[]> {
  const ids = rows.map((row) => row.id);
  const [counts, health, figures] = await Promise.all([
    countsOf(ctx, ids),
    known ?? listActionHealth(ctx, { actionIds: ids }),
    sumLastDayAttempts(ctx, ids),
  ]);
  const healthOf = new Map(health.map((each) => [each.id, each]));
  return rows.flatMap(({ configuration, triggers, ...row }) => {
    const of = healthOf.get(row.id);
    // Somebody deleted this action after its row was read, so it has no health any more.
    if (!of) return [];
    return {
      ...row,
      ...safeOf(ctx, row.type, configuration),
      triggers: triggers.map(({ trigger }) => trigger),
      last24h: counts.get(row.id) ?? { completed: 0, failed: 0 },
      health: of,
      day: figures.get(row.id) ?? emptyLastDayAttempts,
    };
  });
}

function safeOf(
  ctx: ProjectContext,
  typeName: string,
  json: unknown,
): Pick<ActionListItem, "configuration" | "target" | "problem"> {
  const read = readStoredConfiguration(typeName, json);
  if (read.problem !== null) return { configuration: null, target: null, problem: read.problem };
  const shownWith = (decrypt: DecryptText | null) => ({
    configuration: read.configuration.safe(decrypt),
    target: read.configuration.target(decrypt),
  });
  if (!hasPermission(ctx, "secret:manage")) return { ...shownWith(null), problem: null };
  try {
    return { ...shownWith(ctx.cipher.decrypt), problem: null };
  } catch {
    return {
      ...shownWith(null),
      problem: "The URL cannot be decrypted with the present ENCRYPTION_KEY. Enter it again.",
    };
  }
}

/**
 * Counts the completed and failed executions of the last 24 hours, for each action at most the newest 1,000 executions.
 * Index: action_execution (action_id, created_at).
 */
async function countsOf(
  ctx: ProjectContext,
  actionIds: string[],
): Promise<Map<string, { completed: number; failed: number }>> {
  const since = new Date(ctx.now().getTime() - DAY_MS);
  const rows = await ctx.db.$queryRaw<{ id: string; completed: number; failed: number }[]>`
    SELECT a.id, c.completed, c.failed FROM unnest(${actionIds}::text[]) AS a(id)
    CROSS JOIN LATERAL (
      SELECT (count(*) FILTER (WHERE status = 'COMPLETED'))::int AS completed,
        (count(*) FILTER (WHERE status = 'ERROR'))::int AS failed
      FROM (
        SELECT status FROM action_execution
        WHERE action_id = a.id AND project_id = ${ctx.projectId} AND created_at >= ${since}
          ORDER BY created_at DESC, id DESC LIMIT ${COUNTED_MAX}
      ) AS latest
    ) AS c`;
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
