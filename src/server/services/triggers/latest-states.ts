import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

/** Bytes of states that are read at once, and that are looked at in all, the newest in any case. */
const CHUNK_BYTES_MAX = 256 * 1024;
const TOTAL_BYTES_MAX = 64 * 1024 * 1024;
const CHUNK_ROWS_MAX = 250;

export type LatestState = {
  id: string;
  name: string | null;
  type: string | null;
  level: string | null;
  model: string | null;
  receivedAt: Date;
  /** JSON text */
  state: string;
};

/** A piece of the latest states. `available`: how many there are up to the limit, of which large ones are left out. */
export type LatestStates = { rows: LatestState[]; available: number };

/**
 * The latest states of an event source, the newest first, of a range of receipt where one is given, read in pieces of
 * bounded size, and 64 MB in all. The window runs over sizes, which PostgreSQL knows without reading the states.
 */
export async function* latestStates(
  ctx: ProjectContext,
  eventSource: string,
  limit: number,
  range?: { from: Date; to: Date },
): AsyncGenerator<LatestStates> {
  const received = range ? Prisma.sql`AND received_at >= ${range.from} AND received_at < ${range.to}` : Prisma.empty;
  const sizes = await ctx.db.$queryRaw<{ id: string; bytes: number }[]>`
    SELECT id, octet_length(state) AS bytes FROM observation
    WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND state IS NOT NULL ${received} ORDER BY received_at DESC, id DESC LIMIT ${limit}`;
  for (const ids of chunks(sizes)) {
    const rows = await ctx.db.$queryRaw<LatestState[]>`
      SELECT id, name, type, level, model, received_at AS "receivedAt", state FROM observation
      WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND id = ANY(${ids}::text[]) AND state IS NOT NULL ORDER BY received_at DESC, id DESC`;
    yield { rows, available: sizes.length };
  }
}

/** Ids in pieces whose states are not too much at once; stops where they are too much in all. */
function* chunks(sizes: readonly { id: string; bytes: number }[]): Generator<string[]> {
  let ids: string[] = [];
  let [bytes, total] = [0, 0];
  for (const size of sizes) {
    if (ids.length > 0 && (ids.length >= CHUNK_ROWS_MAX || bytes + size.bytes > CHUNK_BYTES_MAX)) {
      yield ids;
      [ids, bytes] = [[], 0];
    }
    total += size.bytes;
    if (total > TOTAL_BYTES_MAX && total > size.bytes) break;
    ids.push(size.id);
    bytes += size.bytes;
  }
  if (ids.length > 0) yield ids;
}
