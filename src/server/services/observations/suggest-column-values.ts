import { compileKeyReader, parseJsonField } from "@/domain/filter/field-text";
import { isJsonObject } from "@/domain/json/json-kinds";
import { LongNumber } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import { getEventSource } from "@/domain/event-source/registry";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";

/**
 * At most this many states are read, newest first, and at most this many bytes of states. The newest state is always
 * read.
 */
const LOOKED_AT_MAX = 500;
const LOOKED_AT_BYTES_MAX = 16 * 1024 * 1024;
const SUGGESTIONS_MAX = 20;
/** A value of more characters than this is not suggested, because it is rather a text than a choice. */
const VALUE_MAX = 200;

export type SuggestColumnValuesInput = {
  eventSource: string;
  column: string;
  key?: string | undefined;
  query?: string | undefined;
};

/**
 * Suggests up to 20 values for a filter condition from the latest observations, most frequent first. For a column of
 * objects, such as metadata, it suggests keys, and with `key` the values at that key. It suggests nothing for long
 * texts, and no bodies to a reader without the permission `body:read`.
 */
export async function suggestColumnValues(
  ctx: ProjectContext,
  input: SuggestColumnValuesInput,
): Promise<{ values: string[]; keys: string[] }> {
  requirePermission(ctx, "project:read");
  const column = getEventSource(input.eventSource)?.columns.find(({ id }) => id === input.column);
  if (!column)
    throw new AppError("BAD_REQUEST", `There is no column called ${input.column}.`, {
      fields: { column: "Choose a column of the event source." },
    });
  if (column.type === "text" || (column.isBody && !hasPermission(ctx, "body:read"))) return { values: [], keys: [] };

  const rows = await latestStates(ctx, input.eventSource);
  const values = new Map<string, number>();
  const keys = new Map<string, number>();
  for (const { state } of rows) {
    const read = column.read(parseJson(state));
    const isObject = column.type === "stringObject" || column.type === "numberObject";
    if (isObject) for (const key of Object.keys(asObject(parseJsonField(read)))) count(keys, key);
    const found = isObject
      ? input.key === undefined
        ? []
        : [compileKeyReader(input.key)(parseJsonField(read))]
      : Array.isArray(read)
        ? read
        : [read];
    for (const value of new Set(found.map(textOf))) if (value !== null) count(values, value);
  }
  return { values: top(values, input.query), keys: top(keys, isKeyQuery(input) ? input.query : undefined) };
}

/**
 * Reads the latest states whose sizes add up to at most 16 MB. PostgreSQL tells the sizes without reading the states.
 */
const latestStates = (ctx: ProjectContext, eventSource: string): Promise<{ state: string }[]> => ctx.db.$queryRaw`
  SELECT o.state FROM (
    SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS bytes FROM (
      SELECT id, received_at, octet_length(state) AS bytes FROM observation
      WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND state IS NOT NULL
        ORDER BY received_at DESC, id DESC LIMIT ${LOOKED_AT_MAX}
    ) AS latest WINDOW newest AS (ORDER BY received_at DESC, id DESC)
  ) AS sized JOIN observation AS o ON o.project_id = ${ctx.projectId} AND o.event_source = ${eventSource}
    AND o.id = sized.id
  WHERE o.state IS NOT NULL AND (sized.place = 1 OR sized.bytes <= ${LOOKED_AT_BYTES_MAX})`;

/** Tells whether the person types a key, and not a value at a chosen key. */
const isKeyQuery = (input: SuggestColumnValuesInput): boolean => input.key === undefined;

const asObject = (value: unknown): Record<string, unknown> => (isJsonObject(value) ? value : {});

function textOf(value: unknown): string | null {
  const isPlain = ["string", "number", "boolean"].includes(typeof value) || value instanceof LongNumber;
  if (!isPlain) return null;
  const text = String(value);
  return text === "" || text.length > VALUE_MAX ? null : text;
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function top(counts: ReadonlyMap<string, number>, query: string | undefined): string[] {
  const wanted = query?.toLowerCase();
  return [...counts]
    .filter(([text]) => !wanted || text.toLowerCase().includes(wanted))
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .slice(0, SUGGESTIONS_MAX)
    .map(([text]) => text);
}
