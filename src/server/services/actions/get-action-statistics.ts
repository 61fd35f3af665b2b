import { z } from "zod";
import { type ErrorKind, attemptErrorKinds } from "@/domain/attempt-error";
import { decideAdmissionByBreaker } from "@/domain/breaker";
import { addHistogram, makeEmptyLatencyHistogram, estimateQuantileOfHistogram } from "@/domain/delivery-statistics";
import type { ActionHour } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { readEndpointHealth } from "../deliveries/endpoint-health";
import { errorKindColumns } from "../deliveries/error-kind-columns";

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** `queueDepth` counts at most this many waiting executions. */
const QUEUE_MAX = 10_000;

export const StatisticsRangeHours = z.union([z.literal(24), z.literal(168), z.literal(720)]);
export type StatisticsRangeHours = z.infer<typeof StatisticsRangeHours>;

export type ActionStatistics = {
  /** the number of ended attempts, without those that failed because this program was overloaded */
  attempts: number;
  succeeded: number;
  /** the share of successful attempts, 0 to 1; null without attempts */
  successRate: number | null;
  /** the median and the 95th percentile of the durations of attempts; null if no request was sent */
  p50Ms: number | null;
  p95Ms: number | null;
  /** how many attempts failed with each kind of error */
  errors: Record<ErrorKind, number>;
  /** the attempts of each hour, oldest first, with empty hours; for a range of 720 hours, one entry a day */
  hours: { hour: Date; succeeded: number; failed: number }[];
  breaker: { state: "closed" | "open" | "half open"; until: Date | null };
  /** the number of waiting executions, up to 10,000 */
  queueDepth: number;
  onTheWire: number;
  lastSuccessAt: Date | null;
};

/**
 * Returns statistics of an action's attempts over the last 24, 168 or 720 hours. It sums the hourly counters of
 * action_hour, which deliveries update, and does not read single attempts.
 */
export async function getActionStatistics(
  ctx: ProjectContext,
  input: { actionId: string; hours: StatisticsRangeHours },
): Promise<ActionStatistics> {
  requirePermission(ctx, "project:read");
  const where = { projectId: ctx.projectId, actionId: input.actionId };
  const action = await ctx.db.actionConfiguration.findFirst({
    where: { id: input.actionId, projectId: ctx.projectId },
    select: { id: true },
  });
  if (!action) throw makeNotFoundError("action");
  const stepMs = input.hours === 720 ? DAY_HOURS * HOUR_MS : HOUR_MS;
  const count = (input.hours * HOUR_MS) / stepMs;
  const from = new Date(Math.floor(ctx.now().getTime() / stepMs) * stepMs - (count - 1) * stepMs);
  const [rows, queue, onTheWire, endpoint] = await Promise.all([
    ctx.db.actionHour.findMany({ where: { ...where, hour: { gte: from } } }),
    ctx.db.actionExecution.findMany({ where: { ...where, status: "PENDING" }, select: { id: true }, take: QUEUE_MAX }),
    ctx.db.actionExecution.count({ where: { ...where, status: "RUNNING" } }),
    readEndpointHealth(ctx.db, input.actionId),
  ]);
  return {
    ...sumsOf(rows),
    hours: byStep(rows, { from, stepMs, count }),
    breaker: breakerOf(endpoint, ctx.now()),
    queueDepth: queue.length,
    onTheWire,
    lastSuccessAt: endpoint?.faults.lastSuccessAt ? new Date(endpoint.faults.lastSuccessAt) : null,
  };
}

function sumsOf(rows: readonly ActionHour[]) {
  const latency = makeEmptyLatencyHistogram();
  const errors = Object.fromEntries(attemptErrorKinds.map((kind) => [kind, 0])) as Record<ErrorKind, number>;
  let [attempts, succeeded] = [0, 0];
  for (const row of rows) {
    attempts += row.attempts;
    succeeded += row.succeeded;
    for (const kind of attemptErrorKinds) errors[kind] += row[errorKindColumns[kind].field];
    addHistogram(latency, row.latency);
  }
  return {
    attempts,
    succeeded,
    successRate: attempts === 0 ? null : succeeded / attempts,
    p50Ms: estimateQuantileOfHistogram(latency, 0.5),
    p95Ms: estimateQuantileOfHistogram(latency, 0.95),
    errors,
  };
}

function byStep(
  rows: readonly ActionHour[],
  { from, stepMs, count }: { from: Date; stepMs: number; count: number },
): ActionStatistics["hours"] {
  const steps = Array.from({ length: count }, (_, index) => ({
    hour: new Date(from.getTime() + index * stepMs),
    succeeded: 0,
    failed: 0,
  }));
  for (const row of rows) {
    const step = steps[Math.floor((row.hour.getTime() - from.getTime()) / stepMs)];
    if (!step) continue;
    step.succeeded += row.succeeded;
    step.failed += row.attempts - row.succeeded;
  }
  return steps;
}

function breakerOf(endpoint: Awaited<ReturnType<typeof readEndpointHealth>>, now: Date): ActionStatistics["breaker"] {
  if (!endpoint || endpoint.breaker.openUntil === null) return { state: "closed", until: null };
  const gate = decideAdmissionByBreaker(endpoint.breaker, now.getTime());
  if (gate.kind === "none" && endpoint.breaker.probe === null) return { state: "open", until: new Date(gate.until) };
  return { state: "half open", until: null };
}
