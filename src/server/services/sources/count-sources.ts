import { setTimeout as later } from "node:timers";
import type { SourceClient, SourceClientCounts } from "@/domain/sources/source-client";
import type { ServiceContext } from "@/server/context";
import type { Database } from "@/server/db/client";

type Key = { projectId: string; keyId: string };
/** A count of an event key: observations of a client, or items that were not accepted, with the reason. */
export type SourceCount = Key &
  (
    | { kind: "client"; client: SourceClient; figures: SourceClientCounts }
    | { kind: NotAcceptedKind; name: string; count: number }
  );
/**
 * The ways in which an item is not accepted. refused: it became a rejected event. left_out: "LLM spans only" left it
 * out. dropped: the answer accepted it, and it is not stored.
 */
export type NotAcceptedKind = "refused" | "left_out" | "dropped";

type Counter = SourceClientCounts & Key & { kind: string; name: string };
/** `written`: the end of the latest write. */
type Pending = { counters: Map<string, Counter>; timer: NodeJS.Timeout | null; written: Promise<void> };

const FLUSH_MS = 1_000;
/**
 * The most different clients and reasons of one key between two writes. A sender may invent versions, so further ones
 * count as one.
 */
const NAMES_MAX = 50;
const NAME_MAX = 300;
const OTHERS: Record<string, string> = { client: '["other",null,null,null]' };

const pendingOf = new WeakMap<Database, Pending>();

/**
 * Counts received observations and items. The counts are written once a second, in one statement for all keys of the
 * process. A crash loses the last second.
 */
export function countSources(ctx: ServiceContext, notes: readonly SourceCount[]): void {
  if (notes.length === 0) return;
  const pending: Pending = pendingOf.get(ctx.db) ?? {
    counters: new Map(),
    timer: null,
    written: Promise.resolve(),
  };
  pendingOf.set(ctx.db, pending);
  for (const note of notes) add(pending.counters, note);
  pending.timer ??= later(() => void writeSourceCounts(ctx), FLUSH_MS).unref();
}

function add(counters: Pending["counters"], note: SourceCount): void {
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

const noFigures: SourceClientCounts = {
  events: 0,
  llm: 0,
  withoutContent: 0,
  withoutCost: 0,
  withoutUser: 0,
  errors: 0,
};
const fields = Object.keys(noFigures) as (keyof SourceClientCounts)[];

const nameOf = ({ protocol, sdk, sdkVersion, convention }: SourceClient): string =>
  JSON.stringify([protocol, sdk, sdkVersion, convention]);

/**
 * Writes the counts since the last write. It ends when all earlier writes have ended too. If a write fails, its counts
 * are lost: they are only figures.
 */
export async function writeSourceCounts(ctx: ServiceContext): Promise<void> {
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
  // The rows are written in the order of their keys, so that two processes do not deadlock.
  const rows = JSON.stringify([...counters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counter]) => counter));
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
    ctx.log.warn({ err: error }, "figures of what clients sent could not be written");
  }
}
