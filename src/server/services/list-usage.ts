import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "./access";

const HOUR_MS = 3_600_000;
/** One answer covers at most this many hours (31 days). */
const HOURS_MAX = 744;

const none = { matched: 0, sampledOut: 0, created: 0, skipped: 0, cancelled: 0, delivered: 0, failed: 0 };
export type UsageHour = typeof none & { hour: Date; events: number };

/**
 * Counts a project's events and their results for each hour of a range, oldest first, with empty hours. For days more
 * than 90 days ago, the first hour (UTC) holds the sums of the whole day.
 * @throws AppError BAD_REQUEST if the range is empty or longer than 31 days
 */
export async function listUsage(ctx: ProjectContext, input: { from: Date; to: Date }): Promise<UsageHour[]> {
  requirePermission(ctx, "project:read");
  const [from, to] = [Math.floor(input.from.getTime() / HOUR_MS), Math.ceil(input.to.getTime() / HOUR_MS)];
  if (to <= from) throw badRange("The end of the range has to be after its beginning.");
  if (to - from > HOURS_MAX) throw badRange("A range has at most 31 days. Ask for a shorter one.");
  const range = { gte: new Date(from * HOUR_MS), lt: new Date(to * HOUR_MS) };
  const rows = await ctx.db.$queryRaw<(typeof none & { hour: Date })[]>`
    SELECT c.hour, sum(c.matched)::int AS matched, sum(c.sampled_out)::int AS "sampledOut",
      sum(c.created)::int AS created,
      sum(c.skipped)::int AS skipped, sum(c.cancelled)::int AS cancelled, sum(c.delivered)::int AS delivered,
        sum(c.failed)::int AS failed
    FROM trigger_configuration t JOIN trigger_counter c ON c.trigger_id = t.id AND c.project_id = t.project_id
    WHERE t.project_id = ${ctx.projectId} AND c.hour >= ${range.gte} AND c.hour < ${range.lt} GROUP BY c.hour`;
  const events = await ctx.db.evaluationCounter.groupBy({
    by: ["hour"],
    where: { projectId: ctx.projectId, hour: range },
    _sum: { events: true },
  });
  const sums = new Map(rows.map(({ hour, ...counts }) => [hour.getTime(), counts]));
  const received = new Map(events.map(({ hour, _sum }) => [hour.getTime(), _sum.events ?? 0]));
  return Array.from({ length: to - from }, (_, index) => {
    const at = (from + index) * HOUR_MS;
    return { hour: new Date(at), events: received.get(at) ?? 0, ...(sums.get(at) ?? none) };
  });
}

const badRange = (message: string): AppError => new AppError("BAD_REQUEST", message, { fields: { to: message } });
