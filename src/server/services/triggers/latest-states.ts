import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

/** The most bytes of states in one read, and in all reads. The newest state is always read. */
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
  /** null: nobody knows it */
  totalCost: number | null;
  /** JSON text */
  state: string;
};

/**
 * A part of the latest states. `available` is their number up to the limit, which may be more than fit into all parts.
 */
export type LatestStates = { rows: LatestState[]; available: number };

/**
 * Reads the latest states of an event source, newest first, optionally of a range of receipt. They come in parts of
 * bounded size, and 64 MB in all. PostgreSQL knows their sizes without reading the states.
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
    WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND state IS NOT NULL ${received}
      ORDER BY received_at DESC, id DESC LIMIT ${limit}`;
  for (const ids of chunks(sizes)) {
    const rows = await ctx.db.$queryRaw<LatestState[]>`
      SELECT id, name, type, level, model, received_at AS "receivedAt", total_cost AS "totalCost", state
        FROM observation
      WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND id = ANY(${ids}::text[])
        AND state IS NOT NULL ORDER BY received_at DESC, id DESC`;
    yield { rows, available: sizes.length };
  }
}

/** Groups ids into parts whose states fit into one read. Stops at the most bytes of all reads. */
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
