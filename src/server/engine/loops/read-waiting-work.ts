import type { EngineTransaction } from "../engine-database";
import type { FunctionConfig } from "../sync/function-config";

/** The most full batches of one key that one leasing transaction reads. */
export const FULL_BATCHES_OF_KEY_MAX = 4;
/** The most batch keys of one function that one leasing transaction reads. */
export const BATCH_KEYS_OF_FUNCTION_MAX = 64;

/** The work that one leasing transaction may lease, and the numbers of calls and batches that run already. */
export type WaitingWork = {
  /** The number of leased calls of each lane. */
  leased: { functionId: string; lane: string; count: number }[];
  /** The ready calls of each lane, in the order of the lanes. */
  ready: { functionId: string; lane: string; ids: string[] }[];
  /**
   * The waiting events of each batch key, in the order of the keys, counted up to four full batches. `oldest`: since
   * when the oldest of them waits, as ISO 8601 text. `live`: the number of running batches of the key.
   */
  batches: { functionId: string; key: string; waiting: number; oldest: string; live: number }[];
};

/**
 * The key of a function in the map of cursors, for its waiting events. For its ready calls the key is the function's
 * id.
 */
export const makeBatchCursorKey = (fn: FunctionConfig): string => `batch ${fn.id}`;

/**
 * Reads the waiting work of all functions, in one round trip.
 * @param cursors the last visited lane (calls with the same concurrency keys) of each function; the list continues
 * behind it
 * @param room the most lanes of a function, and the most calls of a lane
 */
export async function readWaitingWork(
  tx: EngineTransaction,
  { functions, cursors, room }: { functions: FunctionConfig[]; cursors: ReadonlyMap<string, string>; room: number },
): Promise<WaitingWork> {
  const batching = functions.filter((fn) => fn.batch);
  const [work] = await tx.query<WaitingWork>(WAITING_WORK, [
    functions.map((fn) => fn.id),
    functions.map((fn) => cursors.get(fn.id) ?? null),
    room,
    batching.map((fn) => fn.id),
    batching.map((fn) => cursors.get(makeBatchCursorKey(fn)) ?? null),
    batching.map((fn) => (fn.batch?.sizeMax ?? 0) * FULL_BATCHES_OF_KEY_MAX),
    BATCH_KEYS_OF_FUNCTION_MAX,
  ]);
  return work!;
}

const LEASED = `
    select function_id as "functionId", lane, count(*)::int as count from engine.item
      where state = 'leased' group by function_id, lane`;

/** This SQL jumps from lane to lane in the index: one index step for each lane, however many calls wait in it. */
const READY = `
    select f.function_id as "functionId", l.lane, i.ids
      from unnest($1::text[], $2::text[]) as f(function_id, after)
     cross join lateral (
       with recursive lanes as (
         (select lane, 1 as number from engine.item
           where function_id = f.function_id and state = 'ready' and (f.after is null or lane > f.after)
           order by lane limit 1)
         union all
         (select next.lane, lanes.number + 1 from lanes cross join lateral (
            select lane from engine.item
             where function_id = f.function_id and state = 'ready' and lane > lanes.lane order by lane limit 1) as next
           where lanes.number < $3)
       )
       select lane, number from lanes
     ) as l
     cross join lateral (
       select array_agg(id::text order by id) as ids from (
         select id from engine.item
          where function_id = f.function_id and lane = l.lane and state = 'ready' order by id limit $3) as first
     ) as i
     order by l.number`;

const BATCHES = `
    select f.function_id as "functionId", l.key, w.waiting::int, w.oldest, r.live::int
      from unnest($4::text[], $5::text[], $6::int[]) as f(function_id, after, count_max)
     cross join lateral (
       with recursive lanes as (
         (select key, 1 as number from engine.batch_item
           where function_id = f.function_id and (f.after is null or key > f.after) order by key limit 1)
         union all
         (select next.key, lanes.number + 1 from lanes cross join lateral (
            select key from engine.batch_item where function_id = f.function_id and key > lanes.key order by key
              limit 1) as next
           where lanes.number < $7)
       )
       select key, number from lanes
     ) as l
     cross join lateral (
       select count(*) as waiting, min(added_at) as oldest from (
         select added_at from engine.batch_item
          where function_id = f.function_id and key = l.key order by id limit f.count_max) as first
     ) as w
     cross join lateral (
       select count(*) as live from engine.run
        where function_id = f.function_id and batch_key = l.key and status = 'running' and batch_key is not null
     ) as r
     order by l.number`;

const listOf = (sql: string): string => `(select coalesce(json_agg(rows), '[]') from (${sql}) as rows)`;

const WAITING_WORK = `/* prepared */
  select ${listOf(LEASED)} as leased, ${listOf(READY)} as ready, ${listOf(BATCHES)} as batches`;
