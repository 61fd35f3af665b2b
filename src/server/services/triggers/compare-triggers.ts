import { getEventSource } from "@/domain/event-source/registry";
import { checkFilter } from "@/domain/filter/check-filter";
import { listRegexesInFilter, type Filter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";
import type { ProjectContext } from "@/server/context";
import { compileRegexes } from "@/server/compute/time-slices";
import { isRegexOverBudget } from "@/server/compute/regex-results";
import { filterEvaluatorsOf } from "../redaction/hashed-filters";
import { readLatestStates, type LatestState } from "./read-latest-states";
import { makeComputeOwnerForPeople, isInPreviewSample } from "./preview-sample";
import { maySeeFilterResults } from "./refuse-body-filter";

const DAY_MS = 86_400_000;
const STATES_MAX = 5_000;

/**
 * The fields of a trigger that decide which executions it makes. A match makes one execution for each of `actionKeys`.
 */
export type TriggerToCompare = {
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  enabled: boolean;
  actionKeys: readonly string[];
};

/**
 * The effect of a change of a trigger on the subjects of the last 24 hours, of which at most the newest 5,000 are
 * evaluated.
 */
export type TriggerChangeEffect = {
  observations: number;
  /**
   * `more`: executions that only the changed trigger would have made; `fewer`: executions that only the old trigger
   * would have made
   */
  more: number;
  fewer: number;
  /** the number of subjects that match after the change, but that sampling leaves out */
  sampledOut: number;
  /** the reason why nothing could be compared; null without a problem */
  problem: string | null;
};

type CompareInput = {
  before: TriggerToCompare | null;
  after: TriggerToCompare | null;
  triggerId?: string | undefined;
};

/**
 * Evaluates a trigger before and after a change over the latest subjects, and counts the executions that the change
 * adds and removes.
 */
export async function compareTriggers(
  ctx: ProjectContext,
  { before, after, triggerId }: CompareInput,
  signal?: AbortSignal,
): Promise<TriggerChangeEffect> {
  const none = { observations: 0, more: 0, fewer: 0, sampledOut: 0 };
  const { eventSource } = (after ?? before)!;
  const source = getEventSource(eventSource);
  if (!source) return { ...none, problem: `There is no event source called ${eventSource}.` };
  // A trigger whose filter cannot be evaluated, or that listens to another event source, makes no executions.
  const decides = (trigger: TriggerToCompare | null): trigger is TriggerToCompare =>
    trigger?.eventSource === eventSource && checkFilter(source, trigger.filter).length === 0;
  const [old, changed] = [decides(before) ? before : null, decides(after) ? after : null];
  for (const trigger of [old, changed]) {
    if (!trigger) continue;
    if (!maySeeFilterResults(ctx, source, trigger.filter))
      return { ...none, problem: "The filter looks into bodies, which this token or person may not read." };
    await compileRegexes(listRegexesInFilter(trigger.filter));
  }
  try {
    return { ...(await countDifferences(ctx, { old, changed, eventSource, triggerId }, signal)), problem: null };
  } catch (error) {
    if (isRegexOverBudget(error)) return { ...none, problem: error.message };
    throw error;
  }
}

type Deciding = { old: TriggerToCompare | null; changed: TriggerToCompare | null; eventSource: string } & Pick<
  CompareInput,
  "triggerId"
>;

async function countDifferences(
  ctx: ProjectContext,
  { old, changed, eventSource, triggerId }: Deciding,
  signal: AbortSignal | undefined,
): Promise<Omit<TriggerChangeEffect, "problem">> {
  const found = { observations: 0, more: 0, fewer: 0, sampledOut: 0 };
  const to = ctx.now();
  const range = { from: new Date(to.getTime() - DAY_MS), to: new Date(to.getTime() + 1) };
  for await (const { rows } of readLatestStates(ctx, { eventSource, limit: STATES_MAX, range })) {
    found.observations += rows.length;
    const was = await outcomesOf(ctx, old, { rows, triggerId, signal });
    const is = await outcomesOf(ctx, changed, { rows, triggerId, signal });
    for (const index of rows.keys()) {
      const [left, right] = [was[index]!, is[index]!];
      found.more += right.actions.filter((key) => !left.actions.includes(key)).length;
      found.fewer += left.actions.filter((key) => !right.actions.includes(key)).length;
      if (right.isSampledOut) found.sampledOut += 1;
    }
  }
  return found;
}

/**
 * The effect of a trigger for one state: the actions that it runs, and whether it matches but sampling leaves the state
 * out.
 */
type StateOutcome = { actions: readonly string[]; isSampledOut: boolean };

async function outcomesOf(
  ctx: ProjectContext,
  trigger: TriggerToCompare | null,
  {
    rows,
    triggerId,
    signal,
  }: { rows: readonly LatestState[] } & Pick<CompareInput, "triggerId"> & { signal: AbortSignal | undefined },
): Promise<StateOutcome[]> {
  if (!trigger?.enabled) return rows.map(() => ({ actions: [], isSampledOut: false }));
  const outcomes: StateOutcome[] = [];
  const { eventSource, filter, actionKeys } = trigger;
  const request = { eventSource, filter, states: rows.map(({ state }) => state) };
  const filters = await filterEvaluatorsOf(ctx, ctx.projectId);
  for await (const { result, links } of filters.filter(makeComputeOwnerForPeople(ctx), request, signal)) {
    const { sampled } = isInPreviewSample({ ...trigger, triggerId }, rows[outcomes.length]!.id, links);
    const fires = result.matched && sampled;
    outcomes.push({ actions: fires ? actionKeys : [], isSampledOut: result.matched && !sampled });
  }
  return outcomes;
}
