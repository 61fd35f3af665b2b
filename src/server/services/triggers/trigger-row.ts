import { getEventSource } from "@/domain/event-source/registry";
import { describeFilter } from "@/domain/filter/describe-filter";
import { emptyFilter, Filter, listRegexesInFilter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";
import { type DelayMode, readTriggerModes } from "@/domain/trigger";
import type { Prisma } from "@/generated/prisma/client";
import { compileRegexes } from "@/server/compute/time-slices";
import type { ProjectContext } from "@/server/context";
import { readStoredFilter } from "../matching/read-stored-filter";
import { type TriggerWithActivity, compareTriggerActivity } from "./compare-trigger-activity";
import type { TriggerManagement } from "./refuse-managed-trigger";
import { readRecentTriggerErrors } from "./recent-trigger-errors";

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

export const triggerRowSelect = {
  id: true,
  key: true,
  name: true,
  description: true,
  eventSource: true,
  filter: true,
  samplingRate: true,
  samplingBy: true,
  delaySeconds: true,
  delayMode: true,
  capPerHour: true,
  status: true,
  version: true,
  management: true,
  createdAt: true,
  updatedAt: true,
  actions: {
    where: { action: { deletedAt: null } },
    orderBy: { position: "asc" },
    select: { action: { select: { id: true, name: true, type: true, disabledAt: true } } },
  },
} satisfies Prisma.TriggerConfigurationSelect;
type Row = Prisma.TriggerConfigurationGetPayload<{ select: typeof triggerRowSelect }>;

type TriggerCounters = {
  matched: number;
  sampledOut: number;
  created: number;
  skipped: number;
  cancelled: number;
};
const noCounters: TriggerCounters = { matched: 0, sampledOut: 0, created: 0, skipped: 0, cancelled: 0 };

export type TriggerListItem = Omit<Row, "filter" | "actions" | "samplingBy" | "delayMode" | "management"> & {
  /** how files own the trigger; null if no files own it */
  management: TriggerManagement | null;
  samplingBy: SamplingBy;
  delayMode: DelayMode;
  /** the filter in plain English */
  sentence: string;
  /** why the filter cannot be evaluated now, or could not for events of the last hour; null without a problem */
  problem: string | null;
  actions: { id: string; name: string; type: string; disabledAt: Date | null }[];
  last24h: TriggerCounters;
  /** the matches and failed executions of the last 24 hours by the hour, the oldest first */
  hours: { matched: number; failed: number }[];
  /** the trigger's recent matches compared with the same hour on the last 7 days; null while the trigger is off */
  activity: Pick<TriggerWithActivity, "kind" | "usual" | "matched"> | null;
  lastExecutionAt: Date | null;
};

export async function addTriggerActivity(ctx: ProjectContext, rows: readonly Row[]): Promise<TriggerListItem[]> {
  const ids = rows.map((row) => row.id);
  const [days, last, errors, activities] = await Promise.all([
    daysOf(ctx, ids),
    lastExecutions(ctx, ids),
    readRecentTriggerErrors(ctx, rows),
    compareTriggerActivity(ctx, { triggerIds: ids }),
  ]);
  const activityOf = new Map(activities.map(({ id, kind, usual, matched }) => [id, { kind, usual, matched }]));
  await compileRegexes(rows.flatMap(({ filter }) => listRegexesInFilter(Filter.safeParse(filter).data ?? emptyFilter)));
  return rows.map(({ filter, actions, ...row }) => {
    const modes = readTriggerModes(row);
    return {
      ...row,
      ...modes,
      management: row.management as TriggerManagement | null,
      sentence: sentenceOf(row.eventSource, filter),
      problem: modes.problem ?? readStoredFilter(row.eventSource, filter).problem ?? errors.get(row.id) ?? null,
      actions: actions.map(({ action }) => action),
      ...(days.get(row.id) ?? noDay()),
      activity: activityOf.get(row.id) ?? null,
      lastExecutionAt: last.get(row.id) ?? null,
    };
  });
}

/**
 * Describes a filter in plain English, or says that it is unreadable or its event source is not registered any more.
 */
function sentenceOf(eventSource: string, json: unknown): string {
  const source = getEventSource(eventSource);
  if (!source) return `events of ${eventSource}, which is not registered`;
  const filter = Filter.safeParse(json);
  return filter.success ? describeFilter(source, filter.data) : "a filter that cannot be read";
}

type Day = Pick<TriggerListItem, "last24h" | "hours">;
const noDay = (): Day => ({
  last24h: { ...noCounters },
  hours: Array.from({ length: DAY_HOURS }, () => ({ matched: 0, failed: 0 })),
});

async function daysOf(ctx: ProjectContext, triggerIds: string[]): Promise<Map<string, Day>> {
  const first = Math.floor(ctx.now().getTime() / HOUR_MS) * HOUR_MS - (DAY_HOURS - 1) * HOUR_MS;
  const rows = await ctx.db.triggerCounter.findMany({
    where: { projectId: ctx.projectId, triggerId: { in: triggerIds }, hour: { gte: new Date(first) } },
  });
  const days = new Map<string, Day>();
  for (const row of rows) {
    const day = days.get(row.triggerId) ?? noDay();
    for (const key of Object.keys(noCounters) as (keyof TriggerCounters)[]) day.last24h[key] += row[key];
    const hour = day.hours[(row.hour.getTime() - first) / HOUR_MS];
    if (hour) Object.assign(hour, { matched: row.matched, failed: row.failed });
    days.set(row.triggerId, day);
  }
  return days;
}

/** Returns when each trigger last created an execution, by one index look-up for each trigger. */
async function lastExecutions(ctx: ProjectContext, triggerIds: string[]): Promise<Map<string, Date>> {
  const rows = await ctx.db.$queryRaw<{ id: string; at: Date }[]>`
    SELECT t.id, e.created_at AS at FROM unnest(${triggerIds}::text[]) AS t(id)
    CROSS JOIN LATERAL (
      SELECT created_at FROM action_execution WHERE trigger_id = t.id AND project_id = ${ctx.projectId}
        ORDER BY created_at DESC, id DESC LIMIT 1
    ) AS e`;
  return new Map(rows.map((row) => [row.id, row.at]));
}
