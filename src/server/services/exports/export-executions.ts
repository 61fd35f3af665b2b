import { formatCsvLine } from "@/domain/csv";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { listExecutions } from "../executions/list-executions";
import type { ExecutionListItem } from "../executions/execution-items";
import type { ExecutionFiltersWithStatus } from "../executions/filter-executions";
import { PAGE_SIZE_MAX } from "../keyset";

const EXPORT_MAX = 1_000_000;

export type ExportExecutionsInput = {
  format: "csv" | "json";
  filters: ExecutionFiltersWithStatus;
  /** whether the export includes request bodies and last response bodies; this needs the permission `body:read` */
  hasBodies: boolean;
};

type Bodies = { requestBody: string | null; responseBody: string | null };
type Exported = Record<string, string | number | null>;

/**
 * Streams up to 1,000,000 executions that match the filters as CSV or JSON text, newest first. It reads page by page,
 * so that only one page is in memory. The JSON is an array with one execution on each line.
 * @throws AppError FORBIDDEN if bodies are asked for without the permission `body:read`
 */
export async function* exportExecutions(ctx: ProjectContext, input: ExportExecutionsInput): AsyncGenerator<string> {
  const { format, filters, hasBodies } = input;
  requirePermission(ctx, hasBodies ? "body:read" : "project:read");
  // Without an end in the filters, executions that are created while the export runs are left out.
  const query = { ...filters, to: filters.to ?? new Date(ctx.now().getTime() + 1), limit: PAGE_SIZE_MAX };
  let written = 0;
  if (format === "json") yield "[";
  for (let cursor: string | null = null; ;) {
    const page = await listExecutions(ctx, { ...query, cursor });
    const bodies = hasBodies ? await bodiesOf(ctx, page.items) : null;
    const rows = page.items.map((item) => toRow(item, bodies?.get(item.id)));
    if (format === "csv") {
      const [first] = rows;
      const header = written === 0 ? formatCsvLine(Object.keys(first ?? toColumns(hasBodies))) : "";
      yield header + rows.map((row) => formatCsvLine(Object.values(row))).join("");
    } else {
      yield rows.map((row, index) => `${written + index > 0 ? "," : ""}\n${JSON.stringify(row)}`).join("");
    }
    written += rows.length;
    cursor = page.nextCursor;
    if (cursor === null || written >= EXPORT_MAX) break;
  }
  if (format === "json") yield "\n]\n";
}

function toRow(item: ExecutionListItem, bodies: Bodies | undefined): Exported {
  return {
    id: item.id,
    status: item.status,
    reason: item.statusReason,
    responseCode: item.responseCode,
    error: item.errorCode,
    attempts: item.attemptCount,
    lastAttemptMs: item.lastAttemptMs,
    trigger: item.trigger.name,
    triggerId: item.trigger.id,
    action: item.action.name,
    actionId: item.action.id,
    observation: item.observation?.name ?? null,
    sourceId: item.sourceId,
    environment: item.observation?.environment ?? null,
    traceId: item.observation?.traceId ?? null,
    createdAt: item.createdAt.toISOString(),
    dueAt: item.dueAt.toISOString(),
    startedAt: item.startedAt?.toISOString() ?? null,
    finishedAt: item.finishedAt?.toISOString() ?? null,
    ...bodies,
  };
}

/** Returns the column names for the header of a CSV export without any execution. */
const toColumns = (hasBodies: boolean): Record<string, null> =>
  Object.fromEntries(
    [
      ...["id", "status", "reason", "responseCode", "error", "attempts", "lastAttemptMs", "trigger", "triggerId"],
      ...["action", "actionId", "observation", "sourceId", "environment", "traceId"],
      ...["createdAt", "dueAt", "startedAt", "finishedAt"],
      ...(hasBodies ? ["requestBody", "responseBody"] : []),
    ].map((name) => [name, null]),
  );

async function bodiesOf(ctx: ProjectContext, items: readonly ExecutionListItem[]): Promise<Map<string, Bodies>> {
  const rows = await ctx.db.$queryRaw<(Bodies & { id: string })[]>`
    SELECT e.id, e.input AS "requestBody", t.response_body AS "responseBody" FROM action_execution e
    LEFT JOIN action_attempt t ON t.execution_id = e.id AND t.number = e.attempt_count
    WHERE e.project_id = ${ctx.projectId} AND e.id = ANY(${items.map(({ id }) => id)})`;
  return new Map(rows.map(({ id, ...bodies }) => [id, bodies]));
}
