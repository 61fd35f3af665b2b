import type { Tx } from "../db";
import { afterStarts, startsAllowed, writeFlow, type FlowState } from "./flow-control";
import { loadEvents } from "./load";
import { newRun } from "./new-run";
import type { UnitOfWork } from "./unit-of-work";

const KEYS_MAX = 500;
/** Starts of one key that one transaction lets go. */
const STARTS_MAX = 500;

/** Notes that starts whose time has come stand in line: their throttles have to look. */
export async function queueThrottled(
  tx: Tx,
  starts: { function_id: string; throttle_key: string | null }[],
  now: Date,
): Promise<void> {
  const keys = new Map<string, [string, string]>();
  for (const { function_id, throttle_key } of starts)
    if (throttle_key !== null) keys.set(`${function_id}\u0000${throttle_key}`, [function_id, throttle_key]);
  if (keys.size === 0) return;
  const sorted = [...keys.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
  await tx.query(
    `insert into engine.flow as f (function_id, kind, key, due_at) select function_id, 'throttle', key, $3 from unnest($1::text[], $2::text[]) as k(function_id, key)
     on conflict (function_id, kind, key) do update set due_at = coalesce(f.due_at, excluded.due_at)`,
    [sorted.map(([functionId]) => functionId), sorted.map(([, key]) => key), now],
  );
}

type DueRow = { function_id: string; kind: FlowState["kind"]; key: string; at: number | null; event_id: string | null };

/** Starts the runs of debounces that have been quiet, and lets go as many starts as the throttles allow. Returns how many keys it went through. */
export async function settleFlow(work: UnitOfWork, functionIds: string[], now: Date): Promise<number> {
  const rows = await work.tx.query<DueRow>(
    `select function_id, kind, key, at, event_id from engine.flow
      where due_at <= $1 and function_id = any($2) order by due_at limit $3 for update skip locked`,
    [now, functionIds, KEYS_MAX],
  );
  await startDebounced(
    work,
    rows.filter((row) => row.kind === "debounce"),
    now,
  );
  await releaseThrottled(
    work,
    rows.filter((row) => row.kind === "throttle"),
    now.getTime(),
  );
  return rows.length;
}

async function startDebounced(work: UnitOfWork, rows: DueRow[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await work.tx.query(
    "delete from engine.flow f using unnest($1::text[], $2::text[]) as d(function_id, key) where f.function_id = d.function_id and f.kind = 'debounce' and f.key = d.key",
    [rows.map((row) => row.function_id), rows.map((row) => row.key)],
  );
  const events = await loadEvents(
    work.ctx,
    work.tx,
    rows.map((row) => row.event_id ?? ""),
  );
  for (const row of rows) {
    const fn = work.ctx.functions.get(row.function_id);
    const event = events.get(row.event_id ?? "");
    if (fn && event)
      work.newRuns.push(
        newRun(work.ctx, fn, event, { settled: true, dueAt: Math.max(event.fields.ts, now.getTime()) }),
      );
  }
}

async function releaseThrottled(work: UnitOfWork, rows: DueRow[], now: number): Promise<void> {
  if (rows.length === 0) return;
  const due = rows.map((row) => {
    const rate = work.ctx.functions.get(row.function_id)?.flow?.throttle ?? null;
    // Without a throttle, since the function has lost its own, all may go.
    return { ...row, rate, allowed: rate ? Math.min(STARTS_MAX, startsAllowed(row.at, rate, now)) : STARTS_MAX };
  });
  const released = await work.tx.query<{ function_id: string; throttle_key: string }>(RELEASE, [
    due.map((row) => row.function_id),
    due.map((row) => row.key),
    due.map((row) => row.allowed),
  ]);
  if (released.length > 0) work.effects.ready = true;
  const states = due.map(({ function_id, key, at, rate, allowed }): FlowState => {
    const count = released.filter((row) => row.function_id === function_id && row.throttle_key === key).length;
    const next = rate && count > 0 ? afterStarts(at, rate, now, count) : at;
    // Fewer than allowed: nothing waits any more.
    const wait =
      rate && startsAllowed(next, rate, now) === 0 ? (next ?? now) - (rate.burst - 1) * rate.intervalMs : now;
    return {
      functionId: function_id,
      kind: "throttle",
      key,
      at: next,
      runId: null,
      eventId: null,
      endsAt: null,
      dueAt: count < allowed ? null : wait,
    };
  });
  await writeFlow(work.tx, states, now);
}

const RELEASE = `
  with chosen as (
    select i.id, i.function_id, i.throttle_key
      from unnest($1::text[], $2::text[], $3::int[]) as k(function_id, key, allowed)
     cross join lateral (
       select id, function_id, throttle_key from engine.item
        where function_id = k.function_id and throttle_key = k.key and state = 'timer' and due_at is null
        order by rank, id limit k.allowed for update) as i
  )
  update engine.item i set state = 'ready', throttle_key = null from chosen where i.id = chosen.id
  returning chosen.function_id, chosen.throttle_key`;
