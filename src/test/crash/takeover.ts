import { setTimeout as wait } from "node:timers/promises";
import { LIVENESS_LOCK_NAMESPACE } from "@/server/process-liveness-lock";
import type { App } from "./app";
import type { Query, World } from "./world";

/** The work that a killed process had, and when others took it over: ms since a reference time. */
export type Takeover = {
  /** calls of the engine */
  calls: number;
  firstCallMs: number | null;
  lastCallMs: number | null;
  /** executions with a request on the wire */
  executions: number;
  firstExecutionMs: number | null;
  lastExecutionMs: number | null;
};

/** PostgreSQL frees the lock of a killed process within this time, ms. */
const LOCK_GONE_MS = 300;
const LOOK_EVERY_MS = 25;
const GIVE_UP_MS = 30_000;

/**
 * Kills a process, and watches until its work is given back. @param restart runs after the kill; then the times count
 * from the end of the restart, otherwise from the kill
 */
export async function killAndWatch(world: World, app: App, restart?: () => Promise<unknown>): Promise<Takeover> {
  const { query } = world;
  const before = await livingNumbers(query);
  const pid = app.pid();
  await app.kill();
  let from = Date.now();
  const calls = await query<Held>(
    `SELECT i.id::text AS id, i.lease_token AS token FROM engine.item i JOIN engine.process p ON p.num = i.leased_by
      WHERE i.state = 'leased' AND split_part(p.label, ':', 2)::int = $1`,
    [pid],
  );
  await wait(LOCK_GONE_MS);
  const living = await livingNumbers(query);
  const dead = before.filter((number) => !living.includes(number));
  const executions = await query<Held>(
    `
      SELECT id, lease_token AS token FROM action_execution WHERE status = 'RUNNING'
        AND split_part(lease_token, ':', 1)::bigint = ANY($1::bigint[])`,
    [dead],
  );
  if (restart) {
    await restart();
    from = Date.now();
  }
  const [call, execution] = await Promise.all([
    watch(query, "SELECT id::text AS id, lease_token AS token FROM engine.item WHERE state = 'leased'", {
      held: calls,
      from,
    }),
    watch(query, "SELECT id, lease_token AS token FROM action_execution WHERE status = 'RUNNING'", {
      held: executions,
      from,
    }),
  ]);
  return {
    calls: calls.length,
    firstCallMs: call.first,
    lastCallMs: call.last,
    executions: executions.length,
    firstExecutionMs: execution.first,
    lastExecutionMs: execution.last,
  };
}

type Held = { id: string; token: string };

async function livingNumbers(query: Query): Promise<string[]> {
  const text = "SELECT objid::text AS number FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::bigint::oid";
  const rows = await query<{ number: string }>(text, [LIVENESS_LOCK_NAMESPACE]);
  return rows.map(({ number }) => number);
}

/**
 * Asks until no row has the lease token of the killed process. @returns when the first and the last one lost it, in ms
 * since `from`; null if there were none @throws after 30 seconds
 */
async function watch(
  query: Query,
  text: string,
  { held, from }: { held: readonly Held[]; from: number },
): Promise<{ first: number | null; last: number | null }> {
  let first: number | null = null;
  while (held.length > 0) {
    const now = new Map((await query<Held>(text)).map(({ id, token }) => [id, token]));
    const left = held.filter(({ id, token }) => now.get(id) === token).length;
    // Work that was given back while the process started again counts as 0 ms.
    const sinceMs = Math.max(0, Date.now() - from);
    if (left < held.length) first ??= sinceMs;
    if (left === 0) return { first, last: sinceMs };
    if (sinceMs > GIVE_UP_MS)
      throw new Error(`${left} of ${held.length} are still held by a process that was killed ${sinceMs} ms ago`);
    await wait(LOOK_EVERY_MS);
  }
  return { first, last: null };
}

/** Takes the longest time of each kind from several takeovers, and sums their numbers of calls and executions. */
export function worstOf(all: readonly Takeover[]): Takeover {
  const most = (pick: (one: Takeover) => number | null): number | null =>
    all.map(pick).reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)), null);
  return {
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    firstCallMs: most((one) => one.firstCallMs),
    lastCallMs: most((one) => one.lastCallMs),
    executions: all.reduce((sum, { executions }) => sum + executions, 0),
    firstExecutionMs: most((one) => one.firstExecutionMs),
    lastExecutionMs: most((one) => one.lastExecutionMs),
  };
}
