import { getEventSource } from "@/domain/event-source/registry";
import { describeFilter } from "@/domain/filter/describe";
import { emptyFilter, Filter, regexesIn } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";
import { readModes, type DelayMode } from "@/domain/trigger";
import { compileRegexes } from "@/server/compute/slices";
import { type Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { afterCursor, PAGE_SIZE, toPage, type Page } from "../keyset";
import { containing } from "../search";
import { readFilter } from "./read-filter";
import { recentErrors } from "./recent-errors";

const DAY_MS = 24 * 60 * 60 * 1_000;

const rowSelect = {
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
  createdAt: true,
  updatedAt: true,
  actions: {
    where: { action: { deletedAt: null } },
    orderBy: { position: "asc" },
    select: { action: { select: { id: true, name: true, type: true, disabledAt: true } } },
  },
} satisfies Prisma.TriggerConfigurationSelect;
type Row = Prisma.TriggerConfigurationGetPayload<{ select: typeof rowSelect }>;

type TriggerCounters = {
  matched: number;
  sampledOut: number;
  created: number;
  skipped: number;
  cancelled: number;
};
const noCounters: TriggerCounters = { matched: 0, sampledOut: 0, created: 0, skipped: 0, cancelled: 0 };

export type TriggerListItem = Omit<Row, "filter" | "actions" | "samplingBy" | "delayMode"> & {
  samplingBy: SamplingBy;
  delayMode: DelayMode;
  /** the filter in plain English */
  sentence: string;
  /** why the filter could not be evaluated, now or for events of the last hour; null without a problem */
  problem: string | null;
  actions: { id: string; name: string; type: string; disabledAt: Date | null }[];
  last24h: TriggerCounters;
  lastExecutionAt: Date | null;
};

export type ListTriggersInput = {
  search?: string | undefined;
  key?: string | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/** The triggers of a project, newest first. `search` looks into names and descriptions. */
export async function listTriggers(ctx: ProjectContext, input: ListTriggersInput): Promise<Page<TriggerListItem>> {
  requirePermission(ctx, "project:read");
  const limit = input.limit ?? PAGE_SIZE;
  const holds = containing(input.search ?? "");
  const rows = await ctx.db.triggerConfiguration.findMany({
    where: {
      projectId: ctx.projectId,
      deletedAt: null,
      ...afterCursor(input.cursor),
      ...(input.key === undefined ? {} : { key: input.key }),
      ...(input.search ? { OR: [{ name: holds }, { description: holds }] } : {}),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: rowSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: await withActivity(ctx, page.items) };
}

/** `filter` is empty if the stored filter cannot be read; `problem` then has the reason. */
export type TriggerDetail = TriggerListItem & { filter: Filter; actionIds: string[]; createdBy: string | null };

export async function getTrigger(ctx: ProjectContext, input: { triggerId: string }): Promise<TriggerDetail> {
  requirePermission(ctx, "project:read");
  const row = await ctx.db.triggerConfiguration.findFirst({
    where: { id: input.triggerId, projectId: ctx.projectId, deletedAt: null },
    select: { ...rowSelect, createdById: true },
  });
  if (!row) throw notFound("trigger");
  const { createdById, ...rest } = row;
  const [item] = await withActivity(ctx, [rest]);
  const author = createdById
    ? await ctx.db.user.findUnique({ where: { id: createdById }, select: { name: true } })
    : null;
  return {
    ...item!,
    filter: Filter.safeParse(row.filter).data ?? emptyFilter,
    actionIds: item!.actions.map((action) => action.id),
    createdBy: author?.name ?? null,
  };
}

async function withActivity(ctx: ProjectContext, rows: readonly Row[]): Promise<TriggerListItem[]> {
  const ids = rows.map((row) => row.id);
  const [counters, last, errors] = await Promise.all([
    countersOf(ctx, ids),
    lastExecutions(ctx, ids),
    recentErrors(ctx, rows),
  ]);
  await compileRegexes(rows.flatMap(({ filter }) => regexesIn(Filter.safeParse(filter).data ?? emptyFilter)));
  return rows.map(({ filter, actions, ...row }) => {
    const modes = readModes(row);
    return {
      ...row,
      ...modes,
      sentence: sentenceOf(row.eventSource, filter),
      problem: modes.problem ?? readFilter(row.eventSource, filter).problem ?? errors.get(row.id) ?? null,
      actions: actions.map(({ action }) => action),
      last24h: counters.get(row.id) ?? noCounters,
      lastExecutionAt: last.get(row.id) ?? null,
    };
  });
}

/** Describes a filter in plain English, or says that its event source is not registered any more. */
function sentenceOf(eventSource: string, json: unknown): string {
  const source = getEventSource(eventSource);
  if (!source) return `events of ${eventSource}, which is not registered`;
  const filter = Filter.safeParse(json);
  return filter.success ? describeFilter(source, filter.data) : "a filter that cannot be read";
}

async function countersOf(ctx: ProjectContext, triggerIds: string[]): Promise<Map<string, TriggerCounters>> {
  if (triggerIds.length === 0) return new Map();
  const groups = await ctx.db.triggerCounter.groupBy({
    by: ["triggerId"],
    where: {
      projectId: ctx.projectId,
      triggerId: { in: triggerIds },
      hour: { gt: new Date(ctx.now().getTime() - DAY_MS) },
    },
    _sum: { matched: true, sampledOut: true, created: true, skipped: true, cancelled: true },
  });
  return new Map(
    groups.map(({ triggerId, _sum: sum }) => [
      triggerId,
      {
        matched: sum.matched ?? 0,
        sampledOut: sum.sampledOut ?? 0,
        created: sum.created ?? 0,
        skipped: sum.skipped ?? 0,
        cancelled: sum.cancelled ?? 0,
      },
    ]),
  );
}

/** The time of each trigger's last execution: one step down the index (trigger, date) for each. */
async function lastExecutions(ctx: ProjectContext, triggerIds: string[]): Promise<Map<string, Date>> {
  const rows = await ctx.db.$queryRaw<{ id: string; at: Date }[]>`
    SELECT t.id, e.created_at AS at FROM unnest(${triggerIds}::text[]) AS t(id)
    CROSS JOIN LATERAL (
      SELECT created_at FROM action_execution WHERE trigger_id = t.id AND project_id = ${ctx.projectId} ORDER BY created_at DESC, id DESC LIMIT 1
    ) AS e`;
  return new Map(rows.map((row) => [row.id, row.at]));
}
