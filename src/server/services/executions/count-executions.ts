import { ExecutionStatus } from "@/domain/execution";
import { pendingStates, type PendingState } from "@/domain/execution-query";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeExecutionFiltersSql, makePendingStateSql, type ExecutionFilters } from "./filter-executions";

/** For each status, at most this many executions are counted. */
export const EXECUTION_COUNT_MAX = 1_000;

export type ExecutionCounts = {
  counts: Record<ExecutionStatus, number>;
  capped: Record<ExecutionStatus, boolean>;
  /** how many of the newest 1,000 PENDING executions wait for each reason */
  pending: Record<PendingState, number>;
};

/**
 * If filters other than times are set, only this many executions are read, newest first. The indexes of these filters
 * do not contain the status.
 */
const LATEST_MAX = 10_000;

/**
 * Counts the executions that match the filters, by status, up to 1,000 each. With filters other than times, it counts
 * among the newest 10,000. `capped` tells that there are or may be more.
 */
export async function countExecutions(ctx: ProjectContext, input: ExecutionFilters): Promise<ExecutionCounts> {
  requirePermission(ctx, "project:read");
  const where = await makeExecutionFiltersSql(ctx, input);
  const { from: _from, to: _to, since: _since, ...others } = input;
  const isNarrowed = Object.values(others).some((value) => value !== undefined);
  const [rows, waiting] = await Promise.all([
    isNarrowed ? latestByStatus(ctx, where) : allByStatus(ctx, where),
    pendingByState(ctx, where),
  ]);
  const found = new Map(rows.map((row) => [row.status, row.count]));
  const isCut = isNarrowed && rows.reduce((sum, row) => sum + row.count, 0) >= LATEST_MAX;
  const perStatus = <Value>(make: (count: number) => Value) =>
    Object.fromEntries(ExecutionStatus.options.map((status) => [status, make(found.get(status) ?? 0)])) as Record<
      ExecutionStatus,
      Value
    >;
  const states = new Map(waiting.map(({ state, count }) => [state, count]));
  return {
    counts: perStatus((count) => Math.min(count, EXECUTION_COUNT_MAX)),
    capped: perStatus((count) => count > EXECUTION_COUNT_MAX || isCut),
    pending: Object.fromEntries(pendingStates.map((state) => [state, states.get(state) ?? 0])) as Record<
      PendingState,
      number
    >,
  };
}

type StatusCount = { status: ExecutionStatus; count: number };

const allByStatus = (ctx: ProjectContext, where: Prisma.Sql): Promise<StatusCount[]> => ctx.db.$queryRaw`
  SELECT s.status, c.count FROM unnest(${ExecutionStatus.options}::text[]) AS s(status)
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM action_execution e WHERE ${where} AND e.status = s.status::execution_status
        LIMIT ${EXECUTION_COUNT_MAX + 1}
    ) AS found
  ) AS c`;

const latestByStatus = (ctx: ProjectContext, where: Prisma.Sql): Promise<StatusCount[]> => ctx.db.$queryRaw`
  SELECT status::text AS status, count(*)::int AS count FROM (
    SELECT e.status FROM action_execution e WHERE ${where} ORDER BY e.created_at DESC, e.id DESC LIMIT ${LATEST_MAX}
  ) AS latest GROUP BY status`;

const pendingByState = (
  ctx: ProjectContext,
  where: Prisma.Sql,
): Promise<{ state: PendingState; count: number }[]> => ctx.db.$queryRaw`
  SELECT state, count(*)::int AS count FROM (
    SELECT ${makePendingStateSql(ctx)} AS state FROM action_execution e WHERE ${where} AND e.status = 'PENDING'
    ORDER BY e.created_at DESC LIMIT ${EXECUTION_COUNT_MAX}
  ) AS latest GROUP BY state`;
