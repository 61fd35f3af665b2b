import { z } from "zod";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { findOldestDueTime } from "../deliveries/find-oldest-due-time";
import { compareTriggerActivity, type TriggerWithActivity } from "../triggers/compare-trigger-activity";
import {
  readDeliveryTimeline,
  type TimeInterval,
  type DeliveryTotals,
  type DeliveryTimelinePoint,
} from "./delivery-timeline";

const DAY_MS = 86_400_000;
const RANGE_MAX_MS = 92 * DAY_MS;
/** For a project younger than this, ms, the interval begins at its first event instead of at the hour of that event. */
const YOUNG_MS = 2 * DAY_MS;
const SHOWN_MAX = 5;
/** Received subjects of a short interval are counted up to this number. */
const COUNTED_MAX = 10_000;

/** The interval of time that the overview page shows. Without `to` it ends now. */
export const OverviewFiguresInput = z
  .object({ from: z.date(), to: z.date().optional() })
  .refine(({ from, to }) => !to || from < to, "The range must begin before it ends.");
export type OverviewFiguresInput = z.infer<typeof OverviewFiguresInput>;

type Figures = DeliveryTotals & {
  /** the number of evaluated events; for an interval of up to two hours, of received subjects, up to 10,000 */
  received: number;
};

/**
 * Figures of a project over an interval of time, and for comparison those of the interval of the same length before it.
 */
export type OverviewFigures = {
  from: Date;
  to: Date;
  stepMs: number;
  points: DeliveryTimelinePoint[];
  figures: Figures;
  /** the figures of the interval before; null if the project had no events before the interval */
  before: { figures: Figures; points: DeliveryTimelinePoint[] } | null;
  busiest: { id: string; name: string; matched: number }[];
  /** up to 5 triggers whose recent matches are unusual, compared with the same hour of the last 7 days */
  unusual: TriggerWithActivity[];
  engine: { isBehind: boolean; oldestDueMs: number };
};

/**
 * Reads a project's figures over an interval of time, for the overview page. Of a longer interval, the last 92 days
 * count. If the project's first event came later, the interval begins at that event, or ten minutes before its end.
 */
export async function getOverviewFigures(ctx: ProjectContext, input: OverviewFiguresInput): Promise<OverviewFigures> {
  requirePermission(ctx, "project:read");
  const now = ctx.now();
  const first = await firstEventAt(ctx);
  const to = input.to ?? now;
  const asked = Math.max(input.from.getTime(), to.getTime() - RANGE_MAX_MS);
  // The interval is at least ten minutes long, so that the chart of a project's first event has a usable time axis.
  const from = new Date(Math.min(Math.max(asked, first?.getTime() ?? asked), to.getTime() - 600_000));
  const interval = { from, to };
  const earlier = { from: new Date(asked - (to.getTime() - asked)), to: new Date(asked) };
  const hasEarlier = first !== null && first.getTime() < asked;
  const [timeline, received, before, beforeReceived, busiest, activities, engine] = await Promise.all([
    readDeliveryTimeline(ctx, interval),
    receivedIn(ctx, interval),
    hasEarlier ? readDeliveryTimeline(ctx, earlier) : null,
    hasEarlier ? receivedIn(ctx, earlier) : 0,
    busiestTriggers(ctx, interval),
    compareTriggerActivity(ctx),
    engineLine(ctx),
  ]);
  return {
    from,
    to,
    stepMs: timeline.stepMs,
    points: timeline.points,
    figures: { ...timeline.figures, received },
    before: before && { figures: { ...before.figures, received: beforeReceived }, points: before.points },
    busiest,
    unusual: activities.filter(({ kind }) => kind !== "usual").slice(0, SHOWN_MAX),
    engine,
  };
}

/**
 * Returns when a project's first event was evaluated: the hour, or for a project younger than two days the exact time.
 * Null without events.
 */
async function firstEventAt(ctx: ProjectContext): Promise<Date | null> {
  const where = { projectId: ctx.projectId };
  const first = await ctx.db.evaluationCounter.findFirst({ where, orderBy: { hour: "asc" }, select: { hour: true } });
  if (!first || first.hour.getTime() < ctx.now().getTime() - YOUNG_MS) return first?.hour ?? null;
  const oldest = await ctx.db.observation.findFirst({
    where,
    orderBy: { receivedAt: "asc" },
    select: { receivedAt: true },
  });
  return oldest?.receivedAt ?? first.hour;
}

/**
 * Counts the received events of an interval from hourly counters. For an interval of up to two hours it counts stored
 * subjects instead, because hours are too coarse.
 */
async function receivedIn(ctx: ProjectContext, { from, to }: TimeInterval): Promise<number> {
  if (to.getTime() - from.getTime() > 7_200_000) {
    const { _sum } = await ctx.db.evaluationCounter.aggregate({
      where: { projectId: ctx.projectId, hour: { gte: from, lt: to } },
      _sum: { events: true },
    });
    return _sum.events ?? 0;
  }
  const [row] = await ctx.db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (SELECT 1 FROM observation WHERE project_id = ${ctx.projectId}
      AND received_at >= ${from} AND received_at < ${to} LIMIT ${COUNTED_MAX}) AS found`;
  return row!.count;
}

const busiestTriggers = (ctx: ProjectContext, { from, to }: TimeInterval): Promise<OverviewFigures["busiest"]> =>
  ctx.db.$queryRaw`
    SELECT t.id, t.name, sum(c.matched)::int AS matched
    FROM trigger_configuration t JOIN trigger_counter c ON c.trigger_id = t.id
    WHERE t.project_id = ${ctx.projectId} AND t.deleted_at IS NULL AND c.hour > ${new Date(from.getTime() - 3_600_000)}
      AND c.hour < ${to}
    GROUP BY t.id, t.name HAVING sum(c.matched) > 0 ORDER BY 3 DESC, t.id LIMIT ${SHOWN_MAX}`;

/** Reads for how long the oldest due execution has waited, ms, among actions that may deliver; 0 if none is due. */
async function engineLine(ctx: ProjectContext): Promise<OverviewFigures["engine"]> {
  const oldest = await findOldestDueTime(ctx, ctx.projectId);
  return {
    isBehind: oldest?.isBehind ?? false,
    oldestDueMs: oldest ? Math.max(0, ctx.now().getTime() - oldest.dueAt.getTime()) : 0,
  };
}
