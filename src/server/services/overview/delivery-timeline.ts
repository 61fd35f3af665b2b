import { addHistogram, DELAY_BUCKET_ENDS_MS, estimateQuantileOfHistogram } from "@/domain/delivery-statistics";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** At most this many skipped executions of an interval are counted, the newest ones. */
const SKIPPED_MAX = 50_000;

/** An interval of time from `from` until just before `to`. */
export type TimeInterval = { from: Date; to: Date };

/**
 * The outcomes of deliveries in one time step of a chart. `p50Ms` and `p95Ms` are delays from the creation of an
 * execution to its delivery.
 */
export type DeliveryTimelinePoint = {
  at: Date;
  delivered: number;
  /** the number of failed attempts after which the execution did not become ERROR */
  retrying: number;
  failed: number;
  skipped: number;
  p50Ms: number | null;
  p95Ms: number | null;
};

/**
 * Chooses the time step of a chart by the length of its interval: a minute up to 2 hours, 15 minutes up to 2 days, an
 * hour up to 8 days, else a day.
 */
function stepOf({ from, to }: TimeInterval): number {
  const length = to.getTime() - from.getTime();
  if (length <= 2 * HOUR_MS) return MINUTE_MS;
  if (length <= 2 * DAY_MS) return 15 * MINUTE_MS;
  return length <= 8 * DAY_MS ? HOUR_MS : DAY_MS;
}

type Row = { at: Date; attempts: number; succeeded: number; failed: number; delays: number[] };

/** The outcomes of deliveries over a whole interval of time. */
export type DeliveryTotals = {
  delivered: number;
  failed: number;
  skipped: number;
  /** the share of successful attempts, 0 to 1; null without attempts */
  successRate: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
};

/**
 * Counts the outcomes of a project's deliveries over an interval of time, for each step and in total. Counters by the
 * minute are kept for two days. Longer or older intervals use hourly counters. No counter has the skipped executions,
 * so their rows are counted.
 */
export async function readDeliveryTimeline(
  ctx: ProjectContext,
  interval: TimeInterval,
): Promise<{ stepMs: number; points: DeliveryTimelinePoint[]; figures: DeliveryTotals }> {
  const keptByMinute = interval.from.getTime() > ctx.now().getTime() - 2 * DAY_MS - MINUTE_MS;
  const stepMs = keptByMinute ? stepOf(interval) : Math.max(stepOf(interval), HOUR_MS);
  const isFine = stepMs < HOUR_MS;
  const [rows, skips] = await Promise.all([
    isFine ? byMinute(ctx, interval) : byHour(ctx, interval),
    skippedExecutions(ctx, interval, stepMs),
  ]);
  const start = Math.floor(interval.from.getTime() / stepMs) * stepMs;
  const steps = Array.from({ length: Math.max(1, Math.ceil((interval.to.getTime() - start) / stepMs)) }, () => ({
    attempts: 0,
    succeeded: 0,
    failed: 0,
    skipped: 0,
    delays: [] as number[],
  }));
  const stepAt = (at: Date) => steps[Math.floor((at.getTime() - start) / stepMs)];
  const all = { attempts: 0, succeeded: 0, failed: 0, skipped: 0, delays: [] as number[] };
  for (const row of rows)
    for (const sum of [stepAt(row.at), all]) {
      if (!sum) continue;
      sum.attempts += row.attempts;
      sum.succeeded += row.succeeded;
      sum.failed += row.failed;
      addHistogram(sum.delays, row.delays);
    }
  for (const { at, skipped } of skips) for (const sum of [stepAt(at), all]) if (sum) sum.skipped += skipped;
  return {
    stepMs,
    points: steps.map((step, index) => ({
      at: new Date(start + index * stepMs),
      delivered: step.succeeded,
      retrying: Math.max(0, step.attempts - step.succeeded - step.failed),
      failed: step.failed,
      skipped: step.skipped,
      ...delaysOf(step.delays),
    })),
    figures: {
      delivered: all.succeeded,
      failed: all.failed,
      skipped: all.skipped,
      successRate: all.attempts === 0 ? null : all.succeeded / all.attempts,
      ...delaysOf(all.delays),
    },
  };
}

const delaysOf = (delays: readonly number[]) => ({
  p50Ms: estimateQuantileOfHistogram(filled(delays), 0.5, DELAY_BUCKET_ENDS_MS),
  p95Ms: estimateQuantileOfHistogram(filled(delays), 0.95, DELAY_BUCKET_ENDS_MS),
});
const filled = (histogram: readonly number[]): number[] => Array.from(histogram, (count) => count ?? 0);

/** Reads the counters by the minute of all actions of a project. Index: action_minute (project_id, minute). */
const byMinute = (ctx: ProjectContext, { from, to }: TimeInterval): Promise<Row[]> => ctx.db.$queryRaw`
  SELECT minute AS at, attempts, succeeded, failed, delays FROM action_minute
  WHERE project_id = ${ctx.projectId} AND minute >= ${from} AND minute < ${to}`;

/**
 * Reads the hourly counters of all actions of a project. The key of action_hour begins with the action, so the query
 * joins the project's actions, including deleted ones.
 */
const byHour = (ctx: ProjectContext, { from, to }: TimeInterval): Promise<Row[]> => ctx.db.$queryRaw`
  SELECT h.hour AS at, h.attempts, h.succeeded, h.failed, h.delays
  FROM action_configuration a JOIN action_hour h ON h.action_id = a.id
  WHERE a.project_id = ${ctx.projectId} AND h.hour >= ${hourOf(from)} AND h.hour < ${to}`;

/** Counts the skipped executions of each time step. Index: action_execution (project_id, status, created_at). */
const skippedExecutions = (
  ctx: ProjectContext,
  { from, to }: TimeInterval,
  stepMs: number,
): Promise<{ at: Date; skipped: number }[]> => ctx.db.$queryRaw`
  SELECT date_bin(${Prisma.raw(`'${stepMs} milliseconds'::interval`)}, created_at, 'epoch'::timestamptz) AS at,
    count(*)::int AS skipped
  FROM (SELECT created_at FROM action_execution WHERE project_id = ${ctx.projectId} AND status = 'SKIPPED'
    AND created_at >= ${from} AND created_at < ${to} ORDER BY created_at DESC LIMIT ${SKIPPED_MAX}) AS s GROUP BY 1`;

const hourOf = (date: Date): Date => new Date(Math.floor(date.getTime() / HOUR_MS) * HOUR_MS);
