import { readConfiguration } from "@/domain/action/read-configuration";
import { explainWait, type ExecutionWait, type WaitCircumstances } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { endpointHealthColumnsSql, toEndpointHealth, type EndpointHealthRow } from "../deliveries/endpoint-health";
import { actionLimitsOf } from "../deliveries/load-action-for-delivery";
import { lowerLimitsOfBrokenEndpoint } from "../deliveries/reserve-slots";

type Row = Partial<EndpointHealthRow> & {
  id: string;
  type: string;
  configuration: unknown;
  projectDeleted: boolean;
  deleted: boolean;
  off: boolean;
  paused: boolean;
  pausedByLabel: string | null;
};

type Waiting = {
  id: string;
  status: string;
  actionId: string;
  triggerDeleted: boolean;
  dueAt: Date;
  isResend: boolean;
  /** the stored reason of the wait, without values that this reader may not see */
  reason: string;
};

/**
 * Reads what is needed to explain why executions wait, in two queries at once.
 * @returns a function that returns why an execution waits; null if the execution does not wait
 */
export async function loadWaitReasons(
  ctx: ProjectContext,
  rows: readonly Pick<Waiting, "id" | "status" | "actionId">[],
): Promise<(execution: Waiting) => ExecutionWait | null> {
  const waiting = rows.filter(({ status }) => status === "PENDING");
  if (waiting.length === 0) return () => null;
  const [found, empty] = await Promise.all([
    readActions(ctx, [...new Set(waiting.map(({ actionId }) => actionId))]),
    ctx.db.actionExecution.findMany({
      where: { id: { in: waiting.map(({ id }) => id) }, input: null },
      select: { id: true },
    }),
  ]);
  const actions = new Map(found.map((row) => [row.id, toWaitedFor(row)]));
  const bodiless = new Set(empty.map(({ id }) => id));
  const now = ctx.now();
  return ({ id, status, actionId, triggerDeleted, ...execution }) => {
    const of = actions.get(actionId);
    return status === "PENDING" && of
      ? explainWait({ ...execution, bodyRemoved: bodiless.has(id) }, { ...of, triggerDeleted }, now)
      : null;
  };
}

const readActions = (ctx: ProjectContext, ids: readonly string[]): Promise<Row[]> =>
  ctx.db.$queryRaw<Row[]>(Prisma.sql`
  SELECT a.id, a.type, a.configuration, p.deleted_at IS NOT NULL AS "projectDeleted",
    a.deleted_at IS NOT NULL AS deleted,
    a.disabled_at IS NOT NULL AS off, a.paused_at IS NOT NULL AS paused, a.paused_by_label AS "pausedByLabel",
      ${endpointHealthColumnsSql}
  FROM action_configuration a JOIN project p ON p.id = a.project_id LEFT JOIN action_health h ON h.action_id = a.id
  WHERE a.project_id = ${ctx.projectId} AND a.id = ANY(${[...ids]}::text[])`);

function toWaitedFor(row: Row): Omit<WaitCircumstances, "triggerDeleted"> {
  const health = hasHealth(row) ? toEndpointHealth(row) : null;
  const limits = actionLimitsOf(readConfiguration(row.type, row.configuration));
  return {
    projectDeleted: row.projectDeleted,
    action: {
      deleted: row.deleted,
      off: row.off,
      paused: row.paused ? { by: row.pausedByLabel ?? "somebody" } : null,
      limits: health ? lowerLimitsOfBrokenEndpoint(limits, health) : limits,
    },
    health,
  };
}

const hasHealth = (row: Row): row is Row & EndpointHealthRow => row.revision != null;
