import type { Tx } from "../db";
import type { EventView } from "../event";
import { holds, keyOf } from "../expression";
import type { FlowKey, FunctionConfig, Rate } from "../sync/function-config";

const DAY_MS = 86_400_000;
const PRIORITY_MAX_S = 600;
/** Intervals are fractions of milliseconds: what is due at this very moment must not be lost to rounding. */
const ROUNDING_MS = 0.001;

type FlowKind = "rate" | "throttle" | "singleton" | "debounce";

/** What is remembered of one key of a limit, as a unit of work changes it (table engine.flow). Times in ms since 1970. */
export type FlowState = {
  functionId: string;
  kind: FlowKind;
  key: string;
  at: number | null;
  runId: string | null;
  eventId: string | null;
  dueAt: number | null;
  endsAt: number | null;
};

export type FlowName = Pick<FlowState, "functionId" | "kind" | "key">;

export function nameOf({ functionId, kind, key }: FlowName): string {
  return [functionId, kind, key].join("\u0000");
}

/** The key of a limit for this event; null if the event is not limited, as on an Inngest server where the key is `false`. */
export function flowKey(key: FlowKey | null, event: EventView): string | null {
  if (!key) return "";
  return holds(key.off, { event }) ? null : keyOf(key.value, event);
}

/** How many starts GCRA lets through at `now`, when `at` is the time at which it would be back to rest. */
export function startsAllowed(at: number | null, { intervalMs, burst }: Rate, now: number): number {
  const ahead = Math.max(0, (at ?? 0) - now);
  return Math.max(0, Math.floor(burst - (ahead - ROUNDING_MS) / intervalMs));
}

/** The state of GCRA after `count` starts at `now`. */
export function afterStarts(at: number | null, { intervalMs }: Rate, now: number, count: number): number {
  return Math.max(at ?? 0, now) + count * intervalMs;
}

/** The order of a start in its lane: a run of priority 60 goes before those that came up to 60 s earlier. */
export function rankOf(fn: FunctionConfig, event: EventView, startAt: number): number {
  const priority = fn.flow?.priority;
  if (!priority) return 0;
  const text = keyOf(priority, event);
  const seconds = /^-?\d+$/.test(text) ? Number(text) : 0;
  return Math.round(startAt) - 1000 * Math.min(PRIORITY_MAX_S, Math.max(-PRIORITY_MAX_S, seconds));
}

/**
 * Locks the states of these keys, made where there are none. In the order of their names: two transactions with the
 * same keys must not wait for each other crosswise.
 */
export async function lockFlow(tx: Tx, names: FlowName[]): Promise<Map<string, FlowState>> {
  const distinct = [...new Map(names.map((name) => [nameOf(name), name])).entries()].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  if (distinct.length === 0) return new Map();
  const rows = await tx.query<{
    function_id: string;
    kind: FlowKind;
    key: string;
    at: number | null;
    run_id: string | null;
    event_id: string | null;
    due_at: Date | null;
    ends_at: Date | null;
  }>(
    `insert into engine.flow (function_id, kind, key) select * from unnest($1::text[], $2::text[], $3::text[])
     on conflict (function_id, kind, key) do update set key = excluded.key
     returning function_id, kind, key, at, run_id, event_id, due_at, ends_at`,
    [
      distinct.map(([, name]) => name.functionId),
      distinct.map(([, name]) => name.kind),
      distinct.map(([, name]) => name.key),
    ],
  );
  const states = rows.map((row) => ({
    functionId: row.function_id,
    kind: row.kind,
    key: row.key,
    at: row.at,
    runId: row.run_id,
    eventId: row.event_id,
    dueAt: row.due_at?.getTime() ?? null,
    endsAt: row.ends_at?.getTime() ?? null,
  }));
  return new Map(states.map((state) => [nameOf(state), state]));
}

export async function writeFlow(tx: Tx, states: FlowState[], now: number): Promise<void> {
  if (states.length === 0) return;
  const date = (ms: number | null) => (ms === null ? null : new Date(Math.ceil(ms)));
  await tx.query(
    `update engine.flow f
        set at = s.at, run_id = s.run_id, event_id = s.event_id, due_at = s.due_at, ends_at = s.ends_at, expires_at = s.expires_at
       from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[])
         as s(function_id, kind, key, at, run_id, event_id, due_at, ends_at, expires_at)
      where f.function_id = s.function_id and f.kind = s.kind and f.key = s.key`,
    [
      states.map((state) => state.functionId),
      states.map((state) => state.kind),
      states.map((state) => state.key),
      states.map((state) => state.at),
      states.map((state) => state.runId),
      states.map((state) => state.eventId),
      states.map((state) => date(state.dueAt)),
      states.map((state) => date(state.endsAt)),
      // A singleton is kept while its run lives, however long.
      states.map((state) => date(state.kind === "singleton" ? now + DAY_MS : (state.at ?? now))),
    ],
  );
}
