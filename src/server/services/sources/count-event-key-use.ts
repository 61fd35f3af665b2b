import { setTimeout as later } from "node:timers";
import type { ObservationClient, ObservationClientCounts } from "@/domain/sources/observation-client";
import type { ServiceContext } from "@/server/context";
import type { Database } from "@/server/db/client";
import { toJsonParameter } from "@/server/db/json-parameter";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

type Key = { projectId: string; keyId: string };
/** A count of one event key: observations of one client library, or items not accepted for one reason. */
export type EventKeyUseCount = Key &
  (
    | { kind: "client"; client: ObservationClient; figures: ObservationClientCounts }
    | { kind: NotObservedReason; name: string; count: number }
  );
/**
 * Why a received item is not an observation. `refused`: it became a rejected event. `left_out`: the key accepts only
 * LLM spans. `dropped`: the sender got a success answer, but the program stores no such items.
 */
export type NotObservedReason = "refused" | "left_out" | "dropped";

type Counter = ObservationClientCounts & Key & { kind: string; name: string };
/** Counts that are not written yet. `written` resolves when the latest write has ended. */
type Pending = { counters: Map<string, Counter>; timer: NodeJS.Timeout | null; written: Promise<void> };

const FLUSH_MS = 1_000;
/**
 * Between two writes, at most this many clients and reasons of one key are counted separately; all further ones
 * together. A faulty sender may send endless version names.
 */
const NAMES_MAX = 50;
const NAME_MAX = 300;
const OTHERS: Record<string, string> = { client: '["other",null,null,null]' };

const pendingOf = new WeakMap<Database, Pending>();

/**
 * Counts what arrived with event keys. The counts are kept in memory and written once a second, for all keys in one
 * statement. A crash loses the counts of the last second.
 */
export function countEventKeyUse(ctx: ServiceContext, notes: readonly EventKeyUseCount[]): void {
  if (notes.length === 0) return;
  const pending: Pending = pendingOf.get(ctx.db) ?? {
    counters: new Map(),
    timer: null,
    written: Promise.resolve(),
  };
  pendingOf.set(ctx.db, pending);
  for (const note of notes) add(pending.counters, note);
  pending.timer ??= later(() => void writeEventKeyUseCounts(ctx), FLUSH_MS).unref();
}

function add(counters: Pending["counters"], note: EventKeyUseCount): void {
  const { keyId, projectId, kind } = note;
  const figures = note.kind === "client" ? note.figures : { ...noFigures, events: note.count };
  const told = note.kind === "client" ? nameOf(note.client) : note.name.slice(0, NAME_MAX);
  const ofKey = `${keyId}\n${kind}\n`;
  const isNew = !counters.has(ofKey + told);
  const isFull = isNew && [...counters.keys()].filter((key) => key.startsWith(ofKey)).length >= NAMES_MAX;
  const name = isFull ? (OTHERS[kind] ?? "other reasons") : told;
  const counter = counters.get(ofKey + name) ?? { keyId, projectId, kind, name, ...noFigures };
  counters.set(ofKey + name, counter);
  for (const field of fields) counter[field] += figures[field];
}

const noFigures: ObservationClientCounts = {
  events: 0,
  llm: 0,
  withoutContent: 0,
  withoutCost: 0,
  withoutUser: 0,
  errors: 0,
};
const fields = Object.keys(noFigures) as (keyof ObservationClientCounts)[];

const nameOf = ({ protocol, sdk, sdkVersion, convention }: ObservationClient): string =>
  JSON.stringify([protocol, sdk, sdkVersion, convention]);

/**
 * Writes the counts that are still in memory, and waits for earlier writes too. If a write fails, its counts are lost,
 * because they are only for information.
 */
export async function writeEventKeyUseCounts(ctx: ServiceContext): Promise<void> {
  const pending = pendingOf.get(ctx.db);
  if (!pending) return;
  if (pending.timer) clearTimeout(pending.timer);
  const { counters } = pending;
  const written = pending.written.then(() => writeCounters(ctx, counters));
  Object.assign(pending, { counters: new Map(), timer: null, written });
  await written;
}

async function writeCounters(ctx: ServiceContext, counters: Pending["counters"]): Promise<void> {
  if (counters.size === 0) return;
  // Every process writes the rows in the same order, so that two processes do not deadlock.
  const rows = toJsonParameter([...counters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counter]) => counter));
  const now = ctx.now();
  try {
    await ctx.db.$executeRaw`/* prepared */
      INSERT INTO source_counter AS c (key_id, hour, kind, name, project_id, events, llm, without_content,
        without_cost, without_user, errors, last_at)
      SELECT r."keyId", date_trunc('hour', ${now}::timestamptz, 'UTC'), r.kind, r.name, r."projectId", r.events, r.llm,
        r."withoutContent", r."withoutCost",
        r."withoutUser", r.errors, ${now}
      FROM json_to_recordset(${rows}::json) AS r("keyId" text, kind text, name text, "projectId" text, events int,
        llm int, "withoutContent" int,
        "withoutCost" int, "withoutUser" int, errors int)
      ON CONFLICT (key_id, hour, kind, name) DO UPDATE
        SET events = c.events + excluded.events, llm = c.llm + excluded.llm,
        without_content = c.without_content + excluded.without_content,
          without_cost = c.without_cost + excluded.without_cost,
        without_user = c.without_user + excluded.without_user, errors = c.errors + excluded.errors,
          last_at = greatest(c.last_at, excluded.last_at)`;
  } catch (error) {
    warnOnceAMinute(ctx.log, { err: error }, "figures of what clients sent could not be written");
  }
}
