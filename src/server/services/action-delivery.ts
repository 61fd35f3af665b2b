import type { ServiceContext } from "@/server/context";
import { attempt } from "./action-delivery/attempt";
import { claim } from "./action-delivery/claim";
import { record } from "./action-delivery/record";
import type { AttemptResult, Claim, Verdict } from "./action-delivery/types";
import type { DispatchItem } from "./action-creation/types";

/** Requests of one batch that are on the wire at once. */
const PARALLEL = 25;
/** After so many timeouts the rest of a batch goes, unclaimed, to runs of their own: one dead endpoint must not hold a run. */
const TIMEOUTS_MAX = 3;

export type DeliverBatchInput = { actionId: string; claims: Claim[] };

/**
 * Makes the first attempts of executions of one action: claims, sends and records them in groups, each group in
 * three round trips or so. Returns what is to be dispatched: what failed and will be tried again, and what was
 * handed over because the endpoint does not answer.
 */
export async function deliverBatch(ctx: ServiceContext, leaseToken: () => string, input: DeliverBatchInput): Promise<DispatchItem[]> {
  const dispatch: DispatchItem[] = [];
  let timeouts = 0;
  for (let start = 0; start < input.claims.length; start += PARALLEL) {
    if (timeouts >= TIMEOUTS_MAX) {
      dispatch.push(...(await handOver(ctx, input.claims.slice(start))));
      break;
    }
    const { claimed } = await claim(ctx, input.claims.slice(start, start + PARALLEL), leaseToken);
    const results = await Promise.all(claimed.map((item) => attempt(ctx, item)));
    timeouts += results.filter(isTimeout).length;
    const { retries } = await record(ctx, results, "own run");
    dispatch.push(...retries);
  }
  return dispatch;
}

/** Makes one attempt of one execution, for the durable run that waits for it. */
export async function deliverOne(ctx: ServiceContext, leaseToken: () => string, item: Claim): Promise<Verdict> {
  const { claimed, unclaimed } = await claim(ctx, [item], leaseToken);
  const [first] = claimed;
  if (!first) return unclaimed[0] ?? { ...item, result: "finished" };
  const { verdicts } = await record(ctx, [await attempt(ctx, first)], "same run");
  return verdicts[0] ?? { ...item, result: "finished" };
}

/** Raises the generation of executions that are still PENDING, for runs of their own. */
async function handOver(ctx: ServiceContext, claims: readonly Claim[]): Promise<DispatchItem[]> {
  const rows = await ctx.db.$queryRaw<{ id: string; actionId: string; generation: number; dueAt: Date }[]>`
    UPDATE action_execution AS e SET generation = e.generation + 1, dispatched_at = NULL, updated_at = ${ctx.now()}
    FROM json_to_recordset(${JSON.stringify(claims)}::json) AS r("executionId" text, generation int)
    WHERE e.id = r."executionId" AND e.generation = r.generation AND e.status = 'PENDING'
    RETURNING e.id, e.action_id AS "actionId", e.generation, e.due_at AS "dueAt"`;
  return rows.map((row) => ({ executionId: row.id, actionId: row.actionId, generation: row.generation, dueAt: row.dueAt.toISOString(), first: false }));
}

const isTimeout = ({ outcome }: AttemptResult): boolean => outcome.kind === "error" && outcome.code === "timeout";
