import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

/**
 * One query reads states of at most this many bytes, or one larger state. All queries together read at most
 * TOTAL_BYTES_MAX, but always the newest state.
 */
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
  /** the total cost; null if it is unknown */
  totalCost: number | null;
  /** further values that the event source shows in its list */
  facts: unknown;
  /** JSON text */
  state: string;
};

/**
 * Some of the latest states. `available` is the number of stored states up to the limit. It is larger than the number
 * of states read if the states exceed 64 MB.
 */
export type LatestStatesChunk = { rows: LatestState[]; available: number };

/**
 * Reads the latest states of an event source, newest first, optionally only those received in a range of time. It
 * yields them in chunks of at most 256 KB, or of one larger state. In total it reads at most 64 MB, but always the
 * newest state.
 */
export async function* readLatestStates(
  ctx: ProjectContext,
  { eventSource, limit, range }: { eventSource: string; limit: number; range?: { from: Date; to: Date } },
): AsyncGenerator<LatestStatesChunk> {
  const received = range ? Prisma.sql`AND received_at >= ${range.from} AND received_at < ${range.to}` : Prisma.empty;
  const sizes = await ctx.db.$queryRaw<{ id: string; bytes: number }[]>`
    SELECT id, octet_length(state) AS bytes FROM observation
    WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND state IS NOT NULL ${received}
      ORDER BY received_at DESC, id DESC LIMIT ${limit}`;
  for (const ids of chunks(sizes)) {
    const rows = await ctx.db.$queryRaw<LatestState[]>`
      SELECT id, name, type, level, model, received_at AS "receivedAt", total_cost AS "totalCost", facts, state
        FROM observation
      WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource} AND id = ANY(${ids}::text[])
        AND state IS NOT NULL ORDER BY received_at DESC, id DESC`;
    yield { rows, available: sizes.length };
  }
}

/** Groups ids into chunks whose states fit into one query. It stops before the states exceed TOTAL_BYTES_MAX. */
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
