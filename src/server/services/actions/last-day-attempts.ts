import { addHistogram, makeEmptyLatencyHistogram, estimateQuantileOfHistogram } from "@/domain/delivery-statistics";
import type { ProjectContext } from "@/server/context";

const HOUR_MS = 3_600_000;
const HOURS = 24;

/**
 * Statistics of an action's attempts over the last 24 clock hours, the present one included. `successRate` is 0 to 1,
 * or null without attempts. `p95Ms` is the 95th percentile of the durations, ms, or null if no request was sent.
 */
export type LastDayAttempts = { attempts: number; successRate: number | null; p95Ms: number | null };
export const emptyLastDayAttempts: LastDayAttempts = { attempts: 0, successRate: null, p95Ms: null };

/** Sums the attempts of the last 24 hours for each action, from at most 24 hourly rows of the table action_hour. */
export async function sumLastDayAttempts(
  ctx: ProjectContext,
  actionIds: string[],
): Promise<Map<string, LastDayAttempts>> {
  const rows = await ctx.db.actionHour.findMany({
    where: {
      actionId: { in: actionIds },
      projectId: ctx.projectId,
      hour: { gt: new Date(ctx.now().getTime() - HOURS * HOUR_MS) },
    },
    select: { actionId: true, attempts: true, succeeded: true, latency: true },
  });
  const sums = new Map<string, { attempts: number; succeeded: number; latency: number[] }>();
  for (const { actionId, attempts, succeeded, latency } of rows) {
    const sum = sums.get(actionId) ?? { attempts: 0, succeeded: 0, latency: makeEmptyLatencyHistogram() };
    sum.attempts += attempts;
    sum.succeeded += succeeded;
    addHistogram(sum.latency, latency);
    sums.set(actionId, sum);
  }
  return new Map(
    [...sums].map(([id, { attempts, succeeded, latency }]) => [
      id,
      {
        attempts,
        successRate: attempts === 0 ? null : succeeded / attempts,
        p95Ms: estimateQuantileOfHistogram(latency, 0.95),
      },
    ]),
  );
}
