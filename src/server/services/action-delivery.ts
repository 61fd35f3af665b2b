import type { ServiceContext } from "@/server/context";
import { attempt } from "./action-delivery/attempt";
import { claim, type Claimed } from "./action-delivery/claim";
import { wakeParked } from "./action-delivery/parked";
import { slotsFreed, untilSlotsFreed } from "./action-delivery/slot-queue";
import { recordPatiently } from "./action-delivery/record-patiently";
import type { AttemptResult, Claim, Verdict } from "./action-delivery/types";
import type { DispatchItem } from "./action-creation/types";

/** Requests of one batch that are on the wire at once. */
const PARALLEL = 25;
/** Executions that are claimed and recorded together once the endpoint has shown that it answers well. */
const GROUP_MAX = 100;
/** A group that took no longer shows that. */
const FAST_MS = 2_000;
/** How long a shared run waits for slots of an endpoint that is quick, ms, and for how long until it looks again by itself. */
const PATIENCE_MS = 2_000;
const PAUSE_MAX_MS = 100;
/** After so many timeouts the rest of a batch goes, unclaimed, to runs of their own: one dead endpoint must not hold a run. */
const TIMEOUTS_MAX = 3;
const SLOW_NAME_MS = 1_000;

/**
 * Makes the first attempts of executions of one action: claims, sends and records them in groups, each group in
 * two transactions: small ones until the endpoint has answered well. Returns what is to be dispatched: what failed and will be tried again, and what was
 * handed over because the endpoint does not answer.
 */
export async function deliverBatch(
  ctx: ServiceContext,
  leaseToken: () => string,
  claims: readonly Claim[],
): Promise<DispatchItem[]> {
  const dispatch: DispatchItem[] = [];
  const queue = [...claims];
  let timeouts = 0;
  let size = PARALLEL;
  let patienceMs = PATIENCE_MS;
  while (queue.length > 0) {
    if (timeouts >= TIMEOUTS_MAX) {
      dispatch.push(...(await handOver(ctx, queue)));
      break;
    }
    const group = queue.splice(0, size);
    const { actionId, claimed, width, postponed, busy, parked } = await claim(ctx, group, leaseToken, {
      wanted: PARALLEL,
      waits: patienceMs > 0 ? "busy" : "parked",
    });
    queue.unshift(...busy);
    if (parked) await wakeParked(ctx, parked, parked.at);
    if (claimed.length === 0 && busy.length > 0) {
      const start = performance.now();
      await untilSlotsFreed(actionId, PAUSE_MAX_MS);
      patienceMs -= performance.now() - start;
      continue;
    }
    const results = await attemptAll(ctx, claimed, width);
    timeouts += results.filter(isTimeout).length;
    const { retries } = await recordPatiently(ctx, results, "own run");
    slotsFreed(actionId);
    dispatch.push(...retries, ...(await handOver(ctx, postponed)));
    size = results.every(isFast) ? GROUP_MAX : PARALLEL;
  }
  return dispatch;
}

/** Sends them all, `width` at a time, in their order. */
async function attemptAll(ctx: ServiceContext, claimed: readonly Claimed[], width: number): Promise<AttemptResult[]> {
  const results: AttemptResult[] = [];
  const waiting = claimed.entries();
  const send = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await attempt(ctx, item);
  };
  await Promise.all(Array.from({ length: Math.min(width, claimed.length) }, send));
  return results;
}

/** Makes one attempt of one execution, for the durable run that waits for it. */
export async function deliverOne(ctx: ServiceContext, leaseToken: () => string, item: Claim): Promise<Verdict> {
  const { claimed, unclaimed } = await claim(ctx, [item], leaseToken, { wanted: 1, waits: "own run" });
  const [first] = claimed;
  if (!first) return unclaimed[0] ?? { ...item, result: "finished" };
  const { verdicts } = await recordPatiently(ctx, [await attempt(ctx, first)], "same run");
  return verdicts[0] ?? { ...item, result: "finished" };
}

/** Raises the generation of executions that are still PENDING, for runs of their own. */
async function handOver(ctx: ServiceContext, claims: readonly Claim[]): Promise<DispatchItem[]> {
  if (claims.length === 0) return [];
  const rows = await ctx.db.$queryRaw<
    { id: string; projectId: string; actionId: string; generation: number; dueAt: Date }[]
  >`
    UPDATE action_execution AS e SET generation = e.generation + 1, dispatched_at = NULL, updated_at = ${ctx.now()} FROM (
      SELECT l.id FROM action_execution l JOIN json_to_recordset(${JSON.stringify(claims)}::json) AS r("executionId" text, generation int)
        ON l.id = r."executionId" AND l.generation = r.generation
      WHERE l.status = 'PENDING' ORDER BY l.id FOR NO KEY UPDATE OF l) AS locked
    WHERE e.id = locked.id
    RETURNING e.id, e.project_id AS "projectId", e.action_id AS "actionId", e.generation, e.due_at AS "dueAt"`;
  return rows.map((row) => ({
    executionId: row.id,
    projectId: row.projectId,
    actionId: row.actionId,
    generation: row.generation,
    dueAt: row.dueAt.toISOString(),
    first: false,
  }));
}

const isFast = ({ outcome, durationMs }: AttemptResult): boolean =>
  outcome.kind === "response" && durationMs <= FAST_MS;
/** A name server that does not answer takes as long as an endpoint that does not. */
const isTimeout = ({ outcome, durationMs }: AttemptResult): boolean =>
  outcome.kind === "error" && (outcome.code === "timeout" || (ofNames.has(outcome.code) && durationMs >= SLOW_NAME_MS));
const ofNames: ReadonlySet<string> = new Set(["dns", "resolver_busy"]);
