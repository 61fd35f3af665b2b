import { readStoredConfiguration } from "@/domain/action/read-stored-configuration";
import { describeDecisionReason } from "@/domain/decide";
import { explainWait, type ExecutionWait, type WaitCircumstances } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { hasPermission } from "../access";
import { endpointHealthColumnsSql, toEndpointHealth, type EndpointHealthRow } from "../deliveries/endpoint-health";
import { readActionLimits } from "../deliveries/load-actions-for-delivery";
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

/** The columns of an execution from which the reason of its status is made. */
export const statusReasonSelect = {
  id: true,
  status: true,
  statusReason: true,
  statusSeen: true,
  actionId: true,
  dueAt: true,
  isResend: true,
} satisfies Prisma.ActionExecutionSelect;
type ReasonRow = Prisma.ActionExecutionGetPayload<{ select: typeof statusReasonSelect }>;

export type ExecutionStatusReason = {
  /**
   * why the execution has its status, or why it waits; only readers with the permission `body:read` see values of the
   * event in it
   */
  statusReason: string;
  /** for what a PENDING execution waits, and until when; null for every other status */
  wait: Pick<ExecutionWait, "kind" | "until"> | null;
};

/**
 * Reads what is needed to explain why executions wait, in two queries at once. Without a waiting execution it reads
 * nothing.
 * @returns a function that returns why an execution has its status, or why it waits
 */
export async function loadStatusReasons(
  ctx: ProjectContext,
  rows: readonly Pick<ReasonRow, "id" | "status" | "actionId">[],
): Promise<(execution: ReasonRow & { triggerDeleted: boolean }) => ExecutionStatusReason> {
  const seesBodies = hasPermission(ctx, "body:read");
  const waiting = rows.filter(({ status }) => status === "PENDING");
  const [found, empty] =
    waiting.length === 0
      ? [[], []]
      : await Promise.all([
          readActions(ctx, [...new Set(waiting.map(({ actionId }) => actionId))]),
          ctx.db.actionExecution.findMany({
            where: { id: { in: waiting.map(({ id }) => id) }, input: null },
            select: { id: true },
          }),
        ]);
  const actions = new Map(found.map((row) => [row.id, toWaitedFor(row)]));
  const bodiless = new Set(empty.map(({ id }) => id));
  const now = ctx.now();
  return ({ id, status, statusReason, statusSeen, actionId, triggerDeleted, dueAt, isResend }) => {
    const reason = describeDecisionReason(statusReason, statusSeen, seesBodies);
    const action = actions.get(actionId);
    if (status !== "PENDING" || !action) return { statusReason: reason, wait: null };
    const execution = { dueAt, isResend, reason, bodyRemoved: bodiless.has(id) };
    const { kind, until, reason: waitReason } = explainWait(execution, { ...action, triggerDeleted }, now);
    return { statusReason: waitReason, wait: { kind, until } };
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
  const limits = readActionLimits(readStoredConfiguration(row.type, row.configuration));
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
