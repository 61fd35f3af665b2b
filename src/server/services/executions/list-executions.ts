import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { decodeCursor, type Page, PAGE_SIZE_DEFAULT, toPage } from "../keyset";
import {
  type ExecutionListItem,
  type ExecutionRow,
  readExecutionRows,
  makeListItemsOfExecutionRows,
} from "./execution-items";
import { makeExecutionFiltersSql, type ExecutionFiltersWithStatus } from "./filter-executions";

export type ListExecutionsInput = ExecutionFiltersWithStatus & {
  cursor?: string | null | undefined;
  limit?: number | undefined;
};

/** Lists the executions of a project, newest first. */
export async function listExecutions(
  ctx: ProjectContext,
  input: ListExecutionsInput,
): Promise<Page<ExecutionListItem>> {
  requirePermission(ctx, "project:read");
  const page = await pageOfRows(ctx, input);
  return { ...page, items: await makeListItemsOfExecutionRows(ctx, page.items) };
}

/**
 * Reads one page of executions that match the filters. Index: action_execution (project_id, created_at DESC, id DESC),
 * or the index of a filter.
 */
async function pageOfRows(ctx: ProjectContext, input: ListExecutionsInput): Promise<Page<ExecutionRow>> {
  const limit = input.limit ?? PAGE_SIZE_DEFAULT;
  const after = decodeCursor(input.cursor);
  const behind = after ? Prisma.sql`AND (e.created_at, e.id) < (${after.at}::timestamptz, ${after.id})` : Prisma.empty;
  const found = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT e.id FROM action_execution e WHERE ${await makeExecutionFiltersSql(ctx, input)} ${behind}
    ORDER BY e.created_at DESC, e.id DESC LIMIT ${limit + 1}`;
  const ids = found.map(({ id }) => id);
  const rows = await readExecutionRows(ctx, ids);
  return toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
}
