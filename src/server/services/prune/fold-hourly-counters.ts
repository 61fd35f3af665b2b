import type { ServiceContext } from "@/server/context";
import { makeBoundedDelete } from "@/server/platform/bounded-delete";

/**
 * A table of hourly counters. `keys`: the columns that identify a row together with the hour. `sums` and `histograms`:
 * the columns to add up.
 */
type CounterTable = { name: string; keys: string[]; sums: string[]; histograms?: string[] };

const tables: CounterTable[] = [
  {
    name: "trigger_counter",
    keys: ["trigger_id", "project_id"],
    sums: [
      "backfilled",
      "matched",
      "sampled_in",
      "sampled_out",
      "created",
      "skipped",
      "cancelled",
      "delivered",
      "failed",
    ],
  },
  {
    name: "action_hour",
    keys: ["action_id", "project_id"],
    sums: [
      "attempts",
      "succeeded",
      "dns",
      "refused",
      "reset",
      "tls",
      "timeout",
      "status_4xx",
      "status_5xx",
      "blocked",
      "other",
      "failed",
    ],
    histograms: ["latency", "delays"],
  },
  { name: "evaluation_counter", keys: ["project_id", "event_source", "revision"], sums: ["events"] },
];

/** SQL for the first hour (UTC) of a row's day. The row of this hour becomes the daily row. */
const DAY = "date_trunc('day', hour AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'";
/** SQL condition: the row is not the daily row of its day. Each table has a partial index with this condition. */
const IS_HOUR = "(hour AT TIME ZONE 'UTC')::time <> '00:00'";

/**
 * Adds old hourly counters up to daily counters and deletes the hourly rows: one chunk of each table, each in one
 * statement.
 * @param before only whole UTC days that ended before this time are folded
 * @param max the most hourly rows that are folded of each table
 * @returns the largest number of rows that were folded of one table
 */
export async function foldHourlyCounters(ctx: ServiceContext, before: Date, max: number): Promise<number> {
  const day = new Date(Math.floor(before.getTime() / 86_400_000) * 86_400_000);
  const folded: number[] = [];
  for (const table of tables) {
    const [row] = await ctx.db.$queryRawUnsafe<{ count: number }[]>(fold(table, max), day);
    folded.push(row!.count);
  }
  return Math.max(...folded);
}

/**
 * Makes the SQL statement that folds one table. Its parameter `$1` is the beginning of a day; only earlier hours are
 * folded.
 */
function fold({ name, keys, sums, histograms = [] }: CounterTable, rowsMax: number): string {
  const added = sums.map((column) => `${column} = c.${column} + excluded.${column}`);
  const columns = [...keys, "hour", ...sums];
  const values = [...keys, "day", ...sums.map((column) => `sum(${column})::int`)];
  for (const histogram of histograms) {
    columns.push(histogram);
    values.push(`(SELECT coalesce(array_agg(s.sum ORDER BY s.n), '{}') FROM (
      SELECT u.n, sum(u.value)::int AS sum FROM old o, unnest(o.${histogram}) WITH ORDINALITY AS u(value, n)
      WHERE ${[...keys, "day"].map((key) => `o.${key} = old.${key}`).join(" AND ")} GROUP BY u.n) AS s)`);
    added.push(`${histogram} = (SELECT coalesce(array_agg(coalesce(u.old, 0) + coalesce(u.new, 0) ORDER BY u.n), '{}')
      FROM unnest(c.${histogram}, excluded.${histogram}) WITH ORDINALITY AS u(old, new, n))`);
  }
  const conflict = name === "evaluation_counter" ? [...keys, "hour"] : [keys[0]!, "hour"];
  const hours = makeBoundedDelete({
    table: name,
    where: `hour < $1::timestamptz AND ${IS_HOUR}`,
    orderBy: "hour",
    rowsMax,
  });
  return `
    WITH old AS (
      ${hours} RETURNING *, ${DAY} AS day
    ), folded AS (
      INSERT INTO ${name} AS c (${columns.join(", ")})
      SELECT ${values.join(", ")} FROM old GROUP BY ${[...keys, "day"].join(", ")}
      ON CONFLICT (${conflict.join(", ")}) DO UPDATE SET ${added.join(", ")}
    )
    SELECT count(*)::int AS count FROM old`;
}
