import { getEventSource } from "@/domain/event-source/registry";
import { checkFilter } from "@/domain/filter/check";
import { regexesIn, type Filter } from "@/domain/filter/schema";
import type { SamplingBy } from "@/domain/sampling";
import type { ProjectContext } from "@/server/context";
import { compileRegexes } from "@/server/compute/slices";
import { isOverBudget } from "@/server/compute/regex-results";
import { latestStates } from "./latest-states";
import { people, sampleOf } from "./preview";
import { mayUseFilter } from "./refuse-body-filter";

const DAY_MS = 86_400_000;
const STATES_MAX = 5_000;

/** A trigger as it decides about new observations. An action that is left out makes no execution. */
export type ComparedTrigger = {
  eventSource: string;
  filter: Filter;
  samplingRate: number;
  samplingBy: SamplingBy;
  enabled: boolean;
  actionKeys: readonly string[];
};

/** The difference over the observations of the last 24 hours, the newest 5,000 at most. */
export type TriggerDifference = {
  observations: number;
  /** executions that only the trigger after the change, or only the one before, would have made */
  more: number;
  fewer: number;
  /** observations that match after the change and are sampled out */
  sampledOut: number;
  /** why nothing could be compared; null without a problem */
  problem: string | null;
};

/** Compares what a trigger would have done before and after a change, with the code of the preview. */
export async function compareTriggers(
  ctx: ProjectContext,
  {
    before,
    after,
    triggerId,
  }: { before: ComparedTrigger | null; after: ComparedTrigger | null; triggerId?: string | undefined },
  signal?: AbortSignal,
): Promise<TriggerDifference> {
  const none = { observations: 0, more: 0, fewer: 0, sampledOut: 0 };
  const eventSource = (after ?? before)!.eventSource;
  const source = getEventSource(eventSource);
  if (!source) return { ...none, problem: `There is no event source called ${eventSource}.` };
  const both = [before, after].filter(
    (one) => one !== null && one.eventSource === eventSource && checkFilter(source, one.filter).length === 0,
  );
  if (!both.every((one) => mayUseFilter(ctx, source, one!.filter)))
    return { ...none, problem: "The filter looks into bodies, which this token or person may not read." };
  for (const one of both) await compileRegexes(regexesIn(one!.filter));
  const found = { ...none };
  const to = ctx.now();
  const range = { from: new Date(to.getTime() - DAY_MS), to: new Date(to.getTime() + 1) };
  try {
    for await (const { rows } of latestStates(ctx, eventSource, STATES_MAX, range)) {
      found.observations += rows.length;
      const states = rows.map(({ state }) => state);
      const [left, right] = [await run(before), await run(after)];
      rows.forEach((_row, index) => {
        const [old, now] = [left[index]!, right[index]!];
        found.more += now.actions.filter((key) => !old.actions.includes(key)).length;
        found.fewer += old.actions.filter((key) => !now.actions.includes(key)).length;
        if (now.isSampledOut) found.sampledOut += 1;
      });
      async function run(trigger: ComparedTrigger | null) {
        if (!trigger?.enabled || !both.includes(trigger))
          return rows.map(() => ({ actions: [] as string[], isSampledOut: false }));
        const made: { actions: readonly string[]; isSampledOut: boolean }[] = [];
        const request = { eventSource, filter: trigger.filter, states };
        for await (const { result, links } of ctx.compute.filter(people(ctx), request, signal)) {
          const { sampled } = sampleOf({ ...trigger, triggerId }, rows[made.length]!.id, links);
          const isOut = result.matched && !sampled;
          made.push({ actions: result.matched && sampled ? trigger.actionKeys : [], isSampledOut: isOut });
        }
        return made;
      }
    }
  } catch (error) {
    if (isOverBudget(error)) return { ...none, problem: error.message };
    throw error;
  }
  return { ...found, problem: null };
}
