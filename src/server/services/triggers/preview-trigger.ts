import type { EventSource } from "@/domain/event-source/event-source";
import { getEventSource } from "@/domain/event-source/registry";
import { checkFilter } from "@/domain/filter/check-filter";
import { findFilterContradiction } from "@/domain/filter/contradiction";
import { listConditionPaths, listRegexesInFilter } from "@/domain/filter/schema";
import { isRegexOverBudget } from "@/server/compute/regex-results";
import { compileRegexes } from "@/server/compute/time-slices";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";
import { type ExplainedCondition, explainFilter } from "../executions/explain-filter";
import { runOneQueryAtATime } from "../run-one-query-at-a-time";
import { filterEvaluatorsOf } from "../redaction/hashed-filters";
import { type LatestState, readLatestStates } from "./read-latest-states";
import type { PreviewTriggerInput } from "./preview-trigger-input";
import { refuseBodyFilter } from "./refuse-body-filter";
import { makeComputeOwnerForPeople, isInPreviewSample } from "./preview-sample";

const MATCHES_SHOWN = 20;
/** The preview estimates matches for a day only from at least this many states, received over at least this time. */
const ESTIMATE = { scannedMin: 10, rangeMsMin: 60_000 };
const FIRINGS_A_DAY_WARNING = 10_000;
const DAY_MS = 86_400_000;
/**
 * Until this many states were read, newest first, the preview evaluates every condition of the filter. For further
 * states it only evaluates whether the filter matches.
 */
const MEASURED_MAX = 500;

type PreviewMatch = Omit<LatestState, "state" | "totalCost"> & { sampledIn: boolean };
type ChosenEvent = {
  observationId: string;
  matched: boolean;
  sampled: { sampled: boolean; bucket: number };
  conditions: ExplainedCondition[];
};
export type TriggerPreview = {
  scanned: number;
  /** the number of stored states, up to the limit; larger than `scanned` if the states exceed 64 MB */
  available: number;
  /** when the oldest (`from`) and the newest (`to`) evaluated state were received */
  from: Date | null;
  to: Date | null;
  matched: number;
  sampledIn: number;
  /** `modelCalls`: evaluated states that name a model; `withoutCost`: those of them without a known cost */
  modelCalls: number;
  withoutCost: number;
  perDay: { matched: number; sampledIn: number } | null;
  warning: string | null;
  /** the newest 20 matching states */
  matches: PreviewMatch[];
  /** for each condition of the filter, how many of the `measured` states did not match because of it */
  conditions: { path: number[]; stopped: number }[];
  /** the number of newest states for which every condition was evaluated */
  measured: number;
  contradiction: { path: number[]; reason: string } | null;
  /** why the filter cannot be evaluated; if set, all figures are empty */
  problem: string | null;
  tookMs: number;
  chosen: ChosenEvent | null;
};

/**
 * Evaluates an unsaved trigger over the latest stored states, and returns what it would have matched. It uses the same
 * code as for new events.
 * @throws AppError BAD_REQUEST for an unknown event source; FORBIDDEN if the filter reads bodies and the reader lacks
 * the permission `body:read`
 */
export async function previewTrigger(
  ctx: ProjectContext,
  input: PreviewTriggerInput,
  signal?: AbortSignal,
): Promise<TriggerPreview> {
  requirePermission(ctx, "project:read");
  const start = performance.now();
  const source = getEventSource(input.eventSource);
  if (!source)
    throw new AppError("BAD_REQUEST", `There is no event source called ${input.eventSource}.`, {
      fields: { eventSource: "Choose an event source." },
    });
  await compileRegexes(listRegexesInFilter(input.filter));
  const problems = checkFilter(source, input.filter);
  const empty = {
    scanned: 0,
    available: 0,
    from: null,
    to: null,
    matched: 0,
    sampledIn: 0,
    modelCalls: 0,
    withoutCost: 0,
    perDay: null,
    warning: null,
    matches: [],
    conditions: [],
    measured: 0,
    chosen: null,
  };
  const took = (): number => Math.round(performance.now() - start);
  if (problems.length > 0)
    return {
      ...empty,
      contradiction: null,
      problem: problems.map((problem) => problem.message).join(" "),
      tookMs: took(),
    };
  refuseBodyFilter(ctx, source, input.filter);
  const looked = await runOneQueryAtATime(ctx, { kind: "preview", signal }, async (ended) => {
    const found = await scan(ctx, { source, input, signal: ended });
    const { observationId } = input;
    return {
      found,
      chosen: observationId === undefined ? null : await lookAt(ctx, { source, input, observationId, signal: ended }),
    };
  }).catch((error: unknown) => {
    if (isRegexOverBudget(error)) return error;
    throw error;
  });
  if (looked instanceof Error) return { ...empty, contradiction: null, problem: looked.message, tookMs: took() };
  const { found, chosen } = looked;
  const perDay = estimate(found);
  const warning =
    perDay && perDay.sampledIn > FIRINGS_A_DAY_WARNING
      ? `About ${Math.round(perDay.sampledIn).toLocaleString("en")} firings a day: narrow the filter, lower the ` +
        "sampling rate, or set a cap."
      : null;
  return {
    ...found,
    perDay,
    warning,
    contradiction: findFilterContradiction(source, input.filter),
    problem: null,
    chosen,
    tookMs: took(),
  };
}

type Found = Pick<
  TriggerPreview,
  | "scanned"
  | "available"
  | "from"
  | "to"
  | "matched"
  | "sampledIn"
  | "modelCalls"
  | "withoutCost"
  | "matches"
  | "conditions"
  | "measured"
>;

async function scan(
  ctx: ProjectContext,
  { source, input, signal }: { source: EventSource; input: PreviewTriggerInput; signal?: AbortSignal },
): Promise<Found> {
  const conditions = listConditionPaths(input.filter).map((path) => ({ path, stopped: 0 }));
  const counts = { scanned: 0, available: 0, matched: 0, sampledIn: 0, modelCalls: 0, withoutCost: 0, measured: 0 };
  const found: Found = { ...counts, from: null, to: null, matches: [], conditions };
  const filters = await filterEvaluatorsOf(ctx, ctx.projectId);
  for await (const { rows, available } of readLatestStates(ctx, { eventSource: source.name, limit: input.limit })) {
    found.available = available;
    const request = {
      eventSource: source.name,
      filter: input.filter,
      states: rows.map(({ state }) => state),
      // Counting stops for good once the evaluation of all conditions took too long for a state.
      measure: found.scanned < MEASURED_MAX && found.measured === found.scanned,
    };
    const left = rows.values();
    for await (const { result, links, distance } of filters.filter(makeComputeOwnerForPeople(ctx), request, signal)) {
      const { state: _state, totalCost, ...row } = left.next().value!;
      found.scanned += 1;
      found.from = row.receivedAt;
      found.to ??= row.receivedAt;
      if (row.model !== null) found.modelCalls += 1;
      if (row.model !== null && totalCost === null) found.withoutCost += 1;
      if (distance) {
        found.measured += 1;
        for (const index of distance.stopping) conditions[index]!.stopped += 1;
      }
      if (!result.matched) continue;
      const { sampled } = isInPreviewSample(input, row.id, links);
      found.matched += 1;
      if (sampled) found.sampledIn += 1;
      if (found.matches.length < MATCHES_SHOWN) found.matches.push({ ...row, sampledIn: sampled });
    }
  }
  return found;
}

function estimate({ scanned, from, to, matched, sampledIn }: Found): TriggerPreview["perDay"] {
  const rangeMs = from && to ? to.getTime() - from.getTime() : 0;
  if (scanned < ESTIMATE.scannedMin || rangeMs < ESTIMATE.rangeMsMin) return null;
  return { matched: Math.round((matched * DAY_MS) / rangeMs), sampledIn: Math.round((sampledIn * DAY_MS) / rangeMs) };
}

async function lookAt(
  ctx: ProjectContext,
  {
    source,
    input,
    observationId,
    signal,
  }: { source: EventSource; input: PreviewTriggerInput; observationId: string; signal?: AbortSignal },
): Promise<ChosenEvent | null> {
  const row = await ctx.db.observation.findUnique({
    where: { projectId_eventSource_id: { projectId: ctx.projectId, eventSource: source.name, id: observationId } },
    select: { state: true },
  });
  if (!row?.state) return null;
  const { state } = row;
  const request = {
    eventSource: source.name,
    filter: input.filter,
    state,
    triggerChanged: false,
    seesBodies: hasPermission(ctx, "body:read"),
  };
  return (await filterEvaluatorsOf(ctx, ctx.projectId)).withFilters(
    makeComputeOwnerForPeople(ctx),
    { eventSource: source.name, signal },
    (look) => {
      const { matched, conditions } = explainFilter(request, look);
      const { links } = look(input.filter, state);
      return {
        observationId,
        matched: matched === true,
        sampled: isInPreviewSample(input, observationId, links),
        conditions,
      };
    },
  );
}
