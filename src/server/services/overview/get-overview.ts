import type { ExecutionStatus } from "@/domain/execution";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { EXECUTION_COUNT_MAX, countExecutions } from "../executions/count-executions";
import { loadTriggerAndActionNames } from "../load-trigger-and-action-names";
import { listExecutions } from "../executions/list-executions";
import type { ExecutionListItem } from "../executions/execution-items";

const HOUR_MS = 60 * 60 * 1_000;
const HOURS = 24;
const FAILURES = 5;

type OverviewHour = {
  hour: Date;
  evaluated: number;
  matched: number;
  sampledOut: number;
  created: number;
  skipped: number;
  cancelled: number;
};

export type Overview = {
  /** the number of subjects received in the last 24 hours, up to 1,000; if there are more, `receivedCapped` is true */
  received: number;
  receivedCapped: boolean;
  byStatus: Record<ExecutionStatus, number>;
  capped: Record<ExecutionStatus, boolean>;
  failures: ExecutionListItem[];
  /** counts for each of the last 24 hours, for all triggers of the project together, oldest first */
  hours: OverviewHour[];
  /** whether the project has any trigger, action and subject: 1 if it has, else 0 */
  setup: { triggers: number; actions: number; observations: number };
  /** the oldest stored execution that was delivered; null before the first delivery */
  firstDelivery: FirstDelivery | null;
};

type FirstDelivery = {
  id: string;
  finishedAt: Date | null;
  responseCode: number | null;
  trigger: string;
  action: string;
  sourceId: string;
};

/**
 * Returns a project's figures of the last 24 hours and its latest failures. Each count of rows stops at a limit, so
 * that large projects cost no more.
 */
export async function getOverview(ctx: ProjectContext): Promise<Overview> {
  requirePermission(ctx, "project:read");
  const from = new Date(ctx.now().getTime() - HOURS * HOUR_MS);
  const [received, statuses, failures, hours, setup, firstDelivery] = await Promise.all([
    receivedSince(ctx, from),
    countExecutions(ctx, { from }),
    listExecutions(ctx, { status: ["ERROR"], from, limit: FAILURES }),
    hoursOf(ctx),
    setupOf(ctx),
    firstDeliveryOf(ctx),
  ]);
  return {
    received: Math.min(received, EXECUTION_COUNT_MAX),
    receivedCapped: received > EXECUTION_COUNT_MAX,
    byStatus: statuses.counts,
    capped: statuses.capped,
    failures: failures.items,
    hours,
    setup,
    firstDelivery,
  };
}

async function receivedSince(ctx: ProjectContext, from: Date): Promise<number> {
  const [row] = await ctx.db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM observation WHERE project_id = ${ctx.projectId} AND received_at >= ${from}
        LIMIT ${EXECUTION_COUNT_MAX + 1}
    ) AS found`;
  return row?.count ?? 0;
}

async function hoursOf(ctx: ProjectContext): Promise<OverviewHour[]> {
  const thisHour = Math.floor(ctx.now().getTime() / HOUR_MS) * HOUR_MS;
  const first = new Date(thisHour - (HOURS - 1) * HOUR_MS);
  // The key of trigger_counter begins with the trigger, so the query joins all triggers, including deleted ones.
  const rows = await ctx.db.$queryRaw<Omit<OverviewHour, "evaluated">[]>`
    SELECT c.hour, sum(c.matched)::int AS matched, sum(c.sampled_out)::int AS "sampledOut",
      sum(c.created)::int AS created, sum(c.skipped)::int AS skipped, sum(c.cancelled)::int AS cancelled
    FROM trigger_configuration t JOIN trigger_counter c ON c.trigger_id = t.id AND c.project_id = t.project_id
    WHERE t.project_id = ${ctx.projectId} AND c.hour >= ${first} GROUP BY c.hour`;
  const found = new Map(rows.map((row) => [row.hour.getTime(), row]));
  const events = await ctx.db.evaluationCounter.groupBy({
    by: ["hour"],
    where: { projectId: ctx.projectId, hour: { gte: first } },
    _sum: { events: true },
  });
  const evaluated = new Map(events.map((row) => [row.hour.getTime(), row._sum.events ?? 0]));
  return Array.from({ length: HOURS }, (_, index) => {
    const at = first.getTime() + index * HOUR_MS;
    const row = found.get(at) ?? {
      hour: new Date(at),
      matched: 0,
      sampledOut: 0,
      created: 0,
      skipped: 0,
      cancelled: 0,
    };
    return { ...row, evaluated: evaluated.get(at) ?? 0 };
  });
}

async function setupOf(ctx: ProjectContext): Promise<Overview["setup"]> {
  const { projectId } = ctx;
  const select = { id: true } as const;
  const [trigger, action, subject] = await Promise.all([
    ctx.db.triggerConfiguration.findFirst({ where: { projectId, deletedAt: null }, select }),
    ctx.db.actionConfiguration.findFirst({ where: { projectId, deletedAt: null }, select }),
    ctx.db.observation.findFirst({ where: { projectId }, select }),
  ]);
  return { triggers: trigger ? 1 : 0, actions: action ? 1 : 0, observations: subject ? 1 : 0 };
}

/** Finds the oldest stored execution that was delivered, by one look-up in an index. */
async function firstDeliveryOf(ctx: ProjectContext): Promise<FirstDelivery | null> {
  const row = await ctx.db.actionExecution.findFirst({
    where: { projectId: ctx.projectId, status: "COMPLETED" },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true, finishedAt: true, responseCode: true, triggerId: true, actionId: true, sourceId: true },
  });
  if (!row) return null;
  const { triggerId, actionId, ...delivery } = row;
  const names = await loadTriggerAndActionNames(ctx, { triggerIds: [triggerId], actionIds: [actionId] });
  return { ...delivery, trigger: names.trigger(triggerId).name, action: names.action(actionId).name };
}
