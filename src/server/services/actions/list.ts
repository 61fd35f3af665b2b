import { readConfiguration } from "@/domain/action/read-configuration";
import type { ActionTarget, Decrypt, JsonObject } from "@/domain/action/action-type";
import { type Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";
import { afterCursor, PAGE_SIZE, toPage, type Page } from "../keyset";
import { containing } from "../search";
import { listActionHealth, type ActionHealthItem } from "./health";
import { dayFigures, noFigures, type DayFigures } from "./day-figures";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** The most executions of an action that a list counts. */
const COUNTED_MAX = 1_000;

const rowSelect = {
  id: true,
  key: true,
  name: true,
  type: true,
  configuration: true,
  version: true,
  disabledAt: true,
  disabledReason: true,
  pausedAt: true,
  pausedByLabel: true,
  createdAt: true,
  updatedAt: true,
  triggers: {
    where: { trigger: { deletedAt: null } },
    orderBy: { trigger: { createdAt: "desc" } },
    select: { trigger: { select: { id: true, name: true, status: true } } },
  },
} satisfies Prisma.ActionConfigurationSelect;
type Row = Prisma.ActionConfigurationGetPayload<{ select: typeof rowSelect }>;

export type ActionListItem = Omit<Row, "configuration" | "triggers"> & {
  /**
   * the safe form: no secrets, and a masked URL for readers without permission for secrets; null if there is a
   * `problem`
   */
  configuration: JsonObject | null;
  /** the target of the action, as in the safe form; null if there is a `problem` */
  target: ActionTarget | null;
  /** the reason why the action cannot be used; null if it can */
  problem: string | null;
  triggers: { id: string; name: string; status: "ACTIVE" | "DISABLED" }[];
  /** counts of the action's latest 1,000 executions of the last 24 hours */
  last24h: { completed: number; failed: number };
  health: ActionHealthItem;
  /** the action's attempts of the last 24 hours */
  day: DayFigures;
};

export type ListActionsInput = {
  search?: string | undefined;
  key?: string | undefined;
  /** the order: newest first, or actions that need attention first; newest is the default */
  sort?: "newest" | "health" | undefined;
  /** only these */
  ids?: string[] | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/** Lists the actions of a project, newest first or in order of health. `search` looks into names. */
export async function listActions(ctx: ProjectContext, input: ListActionsInput): Promise<Page<ActionListItem>> {
  requirePermission(ctx, "project:read");
  if (input.sort === "health") return listByHealth(ctx, input);
  const limit = input.limit ?? PAGE_SIZE;
  const rows = await ctx.db.actionConfiguration.findMany({
    where: {
      projectId: ctx.projectId,
      deletedAt: null,
      ...afterCursor(input.cursor),
      ...(input.key === undefined ? {} : { key: input.key }),
      ...(input.search ? { name: containing(input.search) } : {}),
      ...(input.ids ? { id: { in: input.ids } } : {}),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    select: rowSelect,
  });
  const page = toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: await withActivity(ctx, page.items) };
}

/** Health changes all the time, so a cursor of this order holds a position in the list, not a key. */
async function listByHealth(ctx: ProjectContext, input: ListActionsInput): Promise<Page<ActionListItem>> {
  const limit = input.limit ?? PAGE_SIZE;
  const start = Math.max(0, Number.parseInt(input.cursor ?? "0", 10) || 0);
  const search = input.search?.toLowerCase() ?? "";
  const health = (await listActionHealth(ctx)).filter(({ name }) => name.toLowerCase().includes(search));
  const shown = health.slice(start, start + limit);
  const rows = await ctx.db.actionConfiguration.findMany({
    where: { projectId: ctx.projectId, deletedAt: null, id: { in: shown.map(({ id }) => id) } },
    select: rowSelect,
  });
  const places = new Map(shown.map(({ id }, index) => [id, index]));
  rows.sort((one, two) => places.get(one.id)! - places.get(two.id)!);
  return {
    items: await withActivity(ctx, rows, shown),
    nextCursor: health.length > start + limit ? String(start + limit) : null,
  };
}

export type ActionDetail = ActionListItem & {
  secrets: { id: string; last4: string; createdAt: Date; expiresAt: Date | null }[];
};

/**
 * Returns an action in its safe form, with the age and end of each signing secret. Members with permission for secrets
 * also see the last four characters of each secret.
 */
export async function getAction(ctx: ProjectContext, input: { actionId: string }): Promise<ActionDetail> {
  requirePermission(ctx, "project:read");
  const row = await ctx.db.actionConfiguration.findFirst({
    where: { id: input.actionId, projectId: ctx.projectId, deletedAt: null },
    select: rowSelect,
  });
  if (!row) throw notFound("action");
  const [item] = await withActivity(ctx, [row]);
  const secrets = await ctx.db.actionSecret.findMany({
    where: { actionId: row.id, OR: [{ expiresAt: null }, { expiresAt: { gt: ctx.now() } }] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: { id: true, last4: true, createdAt: true, expiresAt: true },
  });
  const seesEnds = hasPermission(ctx, "secret:manage");
  return { ...item!, secrets: secrets.map((secret) => ({ ...secret, last4: seesEnds ? secret.last4 : "" })) };
}

async function withActivity(
  ctx: ProjectContext,
  rows: readonly Row[],
  known?: readonly ActionHealthItem[],
): Promise<ActionListItem[]> {
  const ids = rows.map((row) => row.id);
  const [counts, health, figures] = await Promise.all([
    countsOf(ctx, ids),
    known ?? listActionHealth(ctx, { actionIds: ids }),
    dayFigures(ctx, ids),
  ]);
  const healthOf = new Map(health.map((each) => [each.id, each]));
  return rows.flatMap(({ configuration, triggers, ...row }) => {
    const of = healthOf.get(row.id);
    // An action without a health was deleted between the two reads.
    if (!of) return [];
    return {
      ...row,
      ...safeOf(ctx, row.type, configuration),
      triggers: triggers.map(({ trigger }) => trigger),
      last24h: counts.get(row.id) ?? { completed: 0, failed: 0 },
      health: of,
      day: figures.get(row.id) ?? noFigures,
    };
  });
}

function safeOf(
  ctx: ProjectContext,
  typeName: string,
  json: unknown,
): Pick<ActionListItem, "configuration" | "target" | "problem"> {
  const read = readConfiguration(typeName, json);
  if (read.problem !== null) return { configuration: null, target: null, problem: read.problem };
  const shownWith = (decrypt: Decrypt | null) => ({
    configuration: read.configuration.safe(decrypt),
    target: read.configuration.target(decrypt),
  });
  if (!hasPermission(ctx, "secret:manage")) return { ...shownWith(null), problem: null };
  try {
    return { ...shownWith(ctx.cipher.decrypt), problem: null };
  } catch {
    return {
      ...shownWith(null),
      problem: "The URL cannot be decrypted with the present ENCRYPTION_KEY. Enter it again.",
    };
  }
}

/** Counts recent executions by status. It reads the index (action, date) up to this many rows for each action. */
async function countsOf(
  ctx: ProjectContext,
  actionIds: string[],
): Promise<Map<string, { completed: number; failed: number }>> {
  const since = new Date(ctx.now().getTime() - DAY_MS);
  const rows = await ctx.db.$queryRaw<{ id: string; completed: number; failed: number }[]>`
    SELECT a.id, c.completed, c.failed FROM unnest(${actionIds}::text[]) AS a(id)
    CROSS JOIN LATERAL (
      SELECT (count(*) FILTER (WHERE status = 'COMPLETED'))::int AS completed,
        (count(*) FILTER (WHERE status = 'ERROR'))::int AS failed
      FROM (
        SELECT status FROM action_execution
        WHERE action_id = a.id AND project_id = ${ctx.projectId} AND created_at >= ${since}
          ORDER BY created_at DESC, id DESC LIMIT ${COUNTED_MAX}
      ) AS latest
    ) AS c`;
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
