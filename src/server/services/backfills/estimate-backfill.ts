import { sampleByHash, chooseIdToHash } from "@/domain/sampling";
import { isRegexOverBudget } from "@/server/compute/regex-results";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import type { CachedTrigger } from "../matching/cached-trigger";
import { runOneQueryAtATime } from "../run-one-query-at-a-time";
import { filterEvaluatorsOf } from "../redaction/hashed-filters";
import { readLatestStates } from "../triggers/read-latest-states";
import type { BackfillRange } from "./backfill-range";
import { countSubjectsInRange } from "./count-subjects-in-range";
import { loadTriggerForBackfill } from "./load-trigger-for-backfill";

const SCANNED_MAX = 10_000;

export type BackfillEstimate = {
  /** the number of subjects in the range, counted up to 1,000,000 */
  observations: number;
  /** `scanned`: how many of the newest states were evaluated; `matched`: how many of these matched the filter */
  sampled: { scanned: number; matched: number };
  /**
   * scaled from the evaluated states to the whole range. `matched`: subjects that match; `created`: new executions,
   * without those that exist already
   */
  estimate: { matched: number; created: number };
  /** whether every state of the range was evaluated, so that `estimate` is exact */
  exact: boolean;
};

/**
 * Estimates how many executions a backfill would create, from the newest states of the range: at most 10,000 states and
 * 64 MB. It ignores the trigger's cap, and changes nothing.
 */
export async function estimateBackfill(
  ctx: ProjectContext,
  input: BackfillRange,
  signal?: AbortSignal,
): Promise<BackfillEstimate> {
  requirePermission(ctx, "trigger:write");
  const { trigger, eventSource } = await loadTriggerForBackfill(ctx, input);
  const stored = await countSubjectsInRange(ctx, eventSource, input);
  const { scanned, matched, sampledIn } = await runOneQueryAtATime(ctx, { kind: "count", signal }, (ended) =>
    lookThrough(ctx, trigger, { eventSource, range: input, signal: ended }),
  );
  const created =
    sampledIn.length * trigger.actions.length -
    (await countExisting(ctx, { eventSource, trigger, sourceIds: sampledIn }));
  const exact = scanned >= stored;
  const scale = exact ? 1 : stored / Math.max(1, scanned);
  return {
    observations: stored,
    sampled: { scanned, matched },
    estimate: { matched: Math.round(matched * scale), created: Math.round(created * scale) },
    exact,
  };
}

/**
 * Evaluates a trigger's filter over the newest states of a range. Returns the number of matches, and the ids of
 * matching subjects that sampling lets through.
 */
async function lookThrough(
  ctx: ProjectContext,
  trigger: CachedTrigger,
  { eventSource, range, signal }: { eventSource: string; range: BackfillRange; signal?: AbortSignal },
): Promise<{ scanned: number; matched: number; sampledIn: string[] }> {
  const found = { scanned: 0, matched: 0, sampledIn: [] as string[] };
  const owner = { projectId: ctx.projectId, purpose: "people" } as const;
  const filters = await filterEvaluatorsOf(ctx, ctx.projectId);
  try {
    for await (const { rows } of readLatestStates(ctx, { eventSource, limit: SCANNED_MAX, range })) {
      const request = { eventSource, filter: trigger.filter!.tree, states: rows.map(({ state }) => state) };
      const left = rows.values();
      for await (const { result, links } of filters.filter(owner, request, signal)) {
        const { id } = left.next().value!;
        found.scanned += 1;
        if (!result.matched) continue;
        found.matched += 1;
        const key = chooseIdToHash({ by: trigger.samplingBy, sourceId: id, ...links });
        if (sampleByHash({ triggerId: trigger.id, key, rate: trigger.samplingRate }).sampled) found.sampledIn.push(id);
      }
    }
  } catch (error) {
    // If the time budget for regular expressions ran out, the states evaluated so far still serve as a sample.
    if (!isRegexOverBudget(error)) throw error;
  }
  return found;
}

async function countExisting(
  ctx: ProjectContext,
  { eventSource, trigger, sourceIds }: { eventSource: string; trigger: CachedTrigger; sourceIds: string[] },
): Promise<number> {
  if (sourceIds.length === 0) return 0;
  const [row] = await ctx.db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM action_execution
      WHERE project_id = ${ctx.projectId} AND event_source = ${eventSource}
      AND source_id = ANY(${sourceIds}::text[]) AND trigger_id = ${trigger.id}
        AND action_id = ANY(${trigger.actions.map(({ id }) => id)}::text[])`;
  return row?.count ?? 0;
}
