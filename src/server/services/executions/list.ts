import { describeReason } from "@/domain/decide";
import { ExecutionStatus } from "@/domain/execution";
import { ExecutionError, ExecutionOutput } from "@/domain/execution-record";
import type { Wait } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { hasPermission, requirePermission } from "../access";
import { afterCursor, PAGE_SIZE, toPage, type Page } from "../keyset";
import { namesOf, type Named } from "./names";
import { waitReader } from "./why-waiting";

/** The most executions of a status that are counted. */
export const COUNT_MAX = 1_000;

export const executionSelect = {
  id: true,
  triggerId: true,
  actionId: true,
  eventSource: true,
  sourceId: true,
  status: true,
  statusReason: true,
  statusSeen: true,
  attemptCount: true,
  isResend: true,
  dueAt: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  cancelRequestedAt: true,
  output: true,
  error: true,
} satisfies Prisma.ActionExecutionSelect;
export type ExecutionRow = Prisma.ActionExecutionGetPayload<{ select: typeof executionSelect }>;

export type ExecutionListItem = Omit<ExecutionRow, "triggerId" | "actionId" | "output" | "error" | "statusSeen"> & {
  trigger: Named;
  action: Named;
  /** the reason of its status, or of its wait; readers with permission for bodies see the value of a condition in it */
  statusReason: string;
  /** the cause of a PENDING execution's wait, and when it may go; null for other ones */
  wait: Pick<Wait, "kind" | "until"> | null;
  output: ExecutionOutput;
  error: ExecutionError;
};

export type ExecutionFilters = {
  triggerId?: string | undefined;
  actionId?: string | undefined;
  sourceId?: string | undefined;
  /** created at or after */
  from?: Date | undefined;
  /** created before */
  to?: Date | undefined;
};
export type ListExecutionsInput = ExecutionFilters & {
  status?: ExecutionStatus[] | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

function whereOf(ctx: ProjectContext, { triggerId, actionId, sourceId, from, to }: ExecutionFilters) {
  return {
    projectId: ctx.projectId,
    ...(triggerId ? { triggerId } : {}),
    ...(actionId ? { actionId } : {}),
    ...(sourceId ? { sourceId } : {}),
    ...(from || to ? { createdAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  };
}

/** The executions of a project, newest first. */
export async function listExecutions(
  ctx: ProjectContext,
  input: ListExecutionsInput,
): Promise<Page<ExecutionListItem>> {
  requirePermission(ctx, "project:read");
  const limit = input.limit ?? PAGE_SIZE;
  const rows = await ctx.db.actionExecution.findMany({
    where: {
      ...whereOf(ctx, input),
      ...(input.status?.length ? { status: { in: input.status } } : {}),
      ...afterCursor(input.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: executionSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: await toListItems(ctx, page.items) };
}

/** Adds the names of trigger and action to rows, also of deleted ones. */
export async function toListItems(ctx: ProjectContext, rows: readonly ExecutionRow[]): Promise<ExecutionListItem[]> {
  const [names, whyOf] = await Promise.all([
    namesOf(ctx, { triggerIds: rows.map((row) => row.triggerId), actionIds: rows.map((row) => row.actionId) }),
    waitReader(ctx, rows),
  ]);
  const seesBodies = hasPermission(ctx, "body:read");
  return rows.map(({ triggerId, actionId, output, error, statusReason, statusSeen, ...row }) => {
    const reason = describeReason(statusReason, statusSeen, seesBodies);
    const triggerDeleted = names.trigger(triggerId).deleted;
    const wait = whyOf({ ...row, actionId, triggerDeleted, reason });
    return {
      ...row,
      statusReason: wait?.reason ?? reason,
      wait: wait && { kind: wait.kind, until: wait.until },
      trigger: names.trigger(triggerId),
      action: names.action(actionId),
      output: ExecutionOutput.parse(output),
      error: ExecutionError.parse(error),
    };
  });
}

export type ExecutionCounts = { counts: Record<ExecutionStatus, number>; capped: Record<ExecutionStatus, boolean> };

/** The most executions of one trigger or action that are read for counts, newest first. No index has their statuses. */
const LATEST_MAX = 10_000;

/** Counts the executions of each status, up to 1,000. `capped` says that there are, or may be, more. */
export async function countExecutions(ctx: ProjectContext, input: ExecutionFilters): Promise<ExecutionCounts> {
  requirePermission(ctx, "project:read");
  const { triggerId, actionId, sourceId, from, to } = input;
  const conditions = [
    Prisma.sql`project_id = ${ctx.projectId}`,
    ...(triggerId ? [Prisma.sql`trigger_id = ${triggerId}`] : []),
    ...(actionId ? [Prisma.sql`action_id = ${actionId}`] : []),
    ...(sourceId ? [Prisma.sql`source_id = ${sourceId}`] : []),
    ...(from ? [Prisma.sql`created_at >= ${from}`] : []),
    ...(to ? [Prisma.sql`created_at < ${to}`] : []),
  ];
  const where = Prisma.join(conditions, " AND ");
  const rows = await (triggerId || actionId ? latestByStatus(ctx, where) : allByStatus(ctx, where));
  const found = new Map(rows.map((row) => [row.status, row.count]));
  const isCut = (triggerId || actionId) !== undefined && rows.reduce((sum, row) => sum + row.count, 0) >= LATEST_MAX;
  const perStatus = <Value>(make: (count: number) => Value) =>
    Object.fromEntries(ExecutionStatus.options.map((status) => [status, make(found.get(status) ?? 0)])) as Record<
      ExecutionStatus,
      Value
    >;
  return {
    counts: perStatus((count) => Math.min(count, COUNT_MAX)),
    capped: perStatus((count) => count > COUNT_MAX || isCut),
  };
}

type StatusCount = { status: ExecutionStatus; count: number };

const allByStatus = (ctx: ProjectContext, where: Prisma.Sql): Promise<StatusCount[]> => ctx.db.$queryRaw`
  SELECT s.status, c.count FROM unnest(${ExecutionStatus.options}::text[]) AS s(status)
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM action_execution WHERE ${where} AND status = s.status::execution_status LIMIT ${COUNT_MAX + 1}
    ) AS found
  ) AS c`;

const latestByStatus = (ctx: ProjectContext, where: Prisma.Sql): Promise<StatusCount[]> => ctx.db.$queryRaw`
  SELECT status::text AS status, count(*)::int AS count FROM (
    SELECT status FROM action_execution WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ${LATEST_MAX}
  ) AS latest GROUP BY status`;
