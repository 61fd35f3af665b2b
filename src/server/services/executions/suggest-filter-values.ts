import { z } from "zod";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeContainsTextWhere, escapeLikePattern } from "../search";
import { makeExecutionFiltersSql, type ExecutionFiltersWithStatus } from "./filter-executions";

/** The filters of the execution list for which the interface suggests values. */
export const SuggestedFilterField = z.enum(["trigger", "action", "code", "error", "environment", "name"]);
export type SuggestedFilterField = z.infer<typeof SuggestedFilterField>;

/** Values are counted in at most this many executions, newest first. Reading 5,000 takes about 20 ms. */
const READ_MAX = 5_000;
const VALUES_MAX = 20;

/** @property count the number of executions with this value, among the newest 5,000 that match the other filters */
export type FilterValueSuggestion = { value: string; label: string; count: number };

type SuggestInput = { field: SuggestedFilterField; text: string; filters: ExecutionFiltersWithStatus };

/**
 * Suggests up to 20 values of a filter that contain the typed text, most frequent first. Triggers and actions are found
 * by their names, also without an execution; deleted ones are left out.
 */
export async function suggestFilterValues(ctx: ProjectContext, input: SuggestInput): Promise<FilterValueSuggestion[]> {
  requirePermission(ctx, "project:read");
  const { field, text } = input;
  if (field !== "trigger" && field !== "action") {
    const counted = await countValues(ctx, input, Prisma.sql`value ILIKE ${`%${escapeLikePattern(text)}%`}`);
    return counted.map(({ value, count }) => ({ value, label: value, count }));
  }
  const query = {
    where: { projectId: ctx.projectId, deletedAt: null, ...(text ? { name: makeContainsTextWhere(text) } : {}) },
    orderBy: { name: "asc" as const },
    take: VALUES_MAX,
    select: { id: true, name: true },
  };
  const named = await (field === "trigger"
    ? ctx.db.triggerConfiguration.findMany(query)
    : ctx.db.actionConfiguration.findMany(query));
  const counted = await countValues(ctx, input, Prisma.sql`value = ANY(${named.map(({ id }) => id)})`);
  const counts = new Map(counted.map(({ value, count }) => [value, count]));
  return named
    .map(({ id, name }) => ({ value: id, label: name, count: counts.get(id) ?? 0 }))
    .sort((a, b) => b.count - a.count);
}

const columns: Record<SuggestedFilterField, Prisma.Sql> = {
  trigger: Prisma.sql`e.trigger_id`,
  action: Prisma.sql`e.action_id`,
  code: Prisma.sql`e.response_code::text`,
  error: Prisma.sql`e.error_code`,
  environment: Prisma.sql`o.environment`,
  name: Prisma.sql`o.name`,
};

async function countValues(
  ctx: ProjectContext,
  { field, filters }: SuggestInput,
  fits: Prisma.Sql,
): Promise<{ value: string; count: number }[]> {
  const isOfSubject = field === "environment" || field === "name";
  const subject = isOfSubject
    ? Prisma.sql`JOIN observation o ON o.project_id = e.project_id AND o.event_source = e.event_source
      AND o.id = e.source_id`
    : Prisma.empty;
  return ctx.db.$queryRaw`
    SELECT value, count(*)::int AS count FROM (
      SELECT ${columns[field]} AS value FROM action_execution e ${subject}
        WHERE ${await makeExecutionFiltersSql(ctx, filters)}
      ORDER BY e.created_at DESC, e.id DESC LIMIT ${READ_MAX}
    ) AS latest WHERE ${fits} GROUP BY value ORDER BY count(*) DESC, value LIMIT ${VALUES_MAX}`;
}
