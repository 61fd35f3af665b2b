import { describeCondition } from "@/domain/filter/describe-filter";
import { listConditionPaths, type FilterCondition, type FilterNode, listRegexesInFilter } from "@/domain/filter/schema";
import { isRegexOverBudget } from "@/server/compute/regex-results";
import { compileRegexes } from "@/server/compute/time-slices";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { readStoredFilter } from "../matching/read-stored-filter";
import { runOneQueryAtATime } from "../run-one-query-at-a-time";
import { filterEvaluatorsOf } from "../redaction/hashed-filters";
import { type LatestState, readLatestStates } from "./read-latest-states";
import { refuseBodyFilter } from "./refuse-body-filter";

/** At most this many states are read, newest first; all figures count those of them that `search` selects. */
const SCANNED_MAX = 1_000;
const MISSES_SHOWN = 50;

export type NearMissesInput = {
  triggerId: string;
  /** a part of the subject's name or id, in upper or lower case */
  search?: string | undefined;
};
type NearMissCondition = {
  path: number[];
  /** the condition in plain English */
  words: string;
  /** how many states did not match because of this condition, alone or together with others */
  stopped: number;
  /** how many states would match without this condition */
  alone: number;
};
type NearMiss = Omit<LatestState, "state"> & {
  /** the index in `conditions` of the condition that failed */
  condition: number;
};
export type NearMisses = {
  scanned: number;
  matched: number;
  conditions: NearMissCondition[];
  /** up to 50 near misses by their failed condition, the condition with most of them first; newest first for each */
  misses: NearMiss[];
  /**
   * a sentence on why the filter could not be evaluated, or not for all states: then the figures cover the states
   * before; null without a problem
   */
  problem: string | null;
};

/**
 * Finds near misses of a trigger: recent states that failed only one condition of its filter. It stores nothing.
 * @throws AppError FORBIDDEN if the filter reads bodies and the reader lacks the permission `body:read`
 */
export async function findNearMisses(
  ctx: ProjectContext,
  input: NearMissesInput,
  signal?: AbortSignal,
): Promise<NearMisses> {
  requirePermission(ctx, "project:read");
  const trigger = await ctx.db.triggerConfiguration.findFirst({
    where: { id: input.triggerId, projectId: ctx.projectId, deletedAt: null },
    select: { eventSource: true, filter: true },
  });
  if (!trigger) throw makeNotFoundError("trigger");
  const read = readStoredFilter(trigger.eventSource, trigger.filter, { compilesRegexes: false });
  if (read.problem !== null) return { scanned: 0, matched: 0, conditions: [], misses: [], problem: read.problem };
  const { source, filter } = read;
  refuseBodyFilter(ctx, source, filter);
  await compileRegexes(listRegexesInFilter(filter));
  const conditions = listConditionPaths(filter).map((path): NearMissCondition => ({
    path,
    words: describeCondition(source, conditionAt(filter, path)),
    stopped: 0,
    alone: 0,
  }));
  const found: NearMisses = { scanned: 0, matched: 0, conditions, misses: [], problem: null };
  const search = input.search?.toLowerCase() ?? "";
  const newest: NearMiss[][] = conditions.map(() => []);
  const scan = async (ended: AbortSignal): Promise<void> => {
    const filters = await filterEvaluatorsOf(ctx, ctx.projectId);
    for await (const { rows } of readLatestStates(ctx, { eventSource: source.name, limit: SCANNED_MAX })) {
      const named = rows.filter(({ id, name }) => `${name ?? ""}\n${id}`.toLowerCase().includes(search));
      const request = { eventSource: source.name, filter, states: named.map(({ state }) => state), measure: true };
      const left = named.values();
      const owner = { projectId: ctx.projectId, purpose: "people" } as const;
      for await (const { result, distance } of filters.filter(owner, request, ended)) {
        const { state: _state, ...row } = left.next().value!;
        found.scanned += 1;
        if (result.matched) found.matched += 1;
        for (const index of distance?.stopping ?? []) conditions[index]!.stopped += 1;
        if (distance?.missing !== 1 || distance.nearest === null) continue;
        conditions[distance.nearest]!.alone += 1;
        newest[distance.nearest]!.push({ ...row, condition: distance.nearest });
      }
    }
  };
  await runOneQueryAtATime(ctx, { kind: "explain", signal }, scan).catch((error: unknown) => {
    if (!isRegexOverBudget(error)) throw error;
    found.problem = (error as Error).message;
  });
  const order = conditions.map((_, index) => index).sort((a, b) => conditions[b]!.alone - conditions[a]!.alone);
  found.misses = order.flatMap((index) => newest[index]!).slice(0, MISSES_SHOWN);
  return found;
}

function conditionAt(root: FilterNode, path: readonly number[]): FilterCondition {
  const node = path.reduce<FilterNode | undefined>(
    (parent, index) => (parent?.type === "group" ? parent.children[index] : undefined),
    root,
  );
  if (node?.type !== "condition") throw new Error(`The filter has no condition at ${path.join(".")}.`);
  return node;
}
