import { Prisma } from "@/generated/prisma/client";
import type { DatabaseOrTransaction } from "./client";
import { toJsonParameter } from "./json-parameter";

/**
 * A statement takes at most this many characters of rows, but for its last row. Longer parameters block the event loop:
 * 408 MB took 4 s.
 */
const STATEMENT_CHARS = 1_000_000;

/** A list of rows, and the INSERT or UPDATE that writes rows from a JSON parameter. */
export type RowsToWrite = { rows: Iterable<object>; toSql: (json: string) => Prisma.Sql };

/**
 * Writes lists of rows in their order. One statement writes all lists, unless they are too long for one. So a small
 * batch costs one round trip, and holds the locks of its last list only for that. No list may need the rows of another:
 * a statement does not see what it writes.
 */
export async function writeRowsTogether(tx: DatabaseOrTransaction, lists: readonly RowsToWrite[]): Promise<void> {
  let writes: Prisma.Sql[] = [];
  let chars = 0;
  const flush = async (): Promise<void> => {
    if (writes.length === 0) return;
    // PostgreSQL runs the writes of a WITH list from the last to the first.
    const parts = writes.map((write, n) => Prisma.sql`${Prisma.raw(`part_${n}`)} AS (${write})`).reverse();
    writes = [];
    chars = 0;
    await tx.$executeRaw`/* prepared */ WITH ${Prisma.join(parts, ", ")} SELECT`;
  };
  for (const { rows, toSql } of lists)
    for (const json of cutIntoJsonLists(rows)) {
      if (chars + json.length > STATEMENT_CHARS) await flush();
      writes.push(toSql(json));
      chars += json.length;
    }
  await flush();
}

/** Cuts rows into JSON lists, so that a statement with one list has a limited size. Without rows there is no list. */
export function* cutIntoJsonLists(rows: Iterable<object>): Generator<string> {
  let list: string[] = [];
  let chars = 0;
  for (const row of rows) {
    const json = toJsonParameter(row);
    list.push(json);
    chars += json.length;
    if (chars < STATEMENT_CHARS) continue;
    yield `[${list.join(",")}]`;
    list = [];
    chars = 0;
  }
  if (list.length > 0) yield `[${list.join(",")}]`;
}
