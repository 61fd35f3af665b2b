import type { EventDetailLevel, EventSource } from "@/domain/event-source/event-source";
import { getEventSource } from "@/domain/event-source/registry";
import { prepareShortenableSubject, prepareEnvelope, type ShortenableSubject } from "@/domain/action/webhook/envelope";
import type { ServiceContext } from "@/server/context";
import { isTransactionTimeout, isTransientDatabaseError } from "@/server/db/transient-errors";
import { mergeAndFillEventStates } from "./merge-and-fill-event-states";
import { lockAndCountExecutionsOfCappedTriggers, lockExecutions, lockSubjects, findHandledEvents } from "./lock-rows";
import { evaluateRegexesAhead } from "./match-event";
import { parseEvents } from "./parse-events";
import { shortenUnmatchedStates, shortenState, shortenUnmatchableStates } from "./shorten-states";
import { planBatch } from "./plan-batch";
import type { BatchPlan, BatchPlanInput } from "./plan-types";
import { storeRejectedEvents } from "./store-rejected-events";
import { makeTraceFillEvents, recordTraceAttributes, markTraceFilled, type TraceToFill } from "./traces";
import {
  requireSubjectsOfSameTraces,
  SourceIdOfOtherTraceError,
  replaceSourceIdsOfOtherTraces,
} from "./unique-source-ids";
import type { PlannedExecution, ParsedEvent } from "./types";
import type { BatchEvent } from "../batch-event";
import { writeRowsTogether } from "@/server/db/write-rows-together";
import {
  makeDecisionInsert,
  makeSubjectUpdate,
  makeEvaluatedCountUpsert,
  makeExecutionWrites,
  makeRevisionWrites,
} from "./write-batch";
import { writeShadowComparisons } from "./write-shadow-comparisons";
import { makeTriggerCounterUpsert } from "../trigger-counters";
import type { ActionWake } from "../wakes/wake-actions";
import { loadPriceFinderOfProject } from "../model-prices/own-prices";
import { getCachedStoredPartOfUnmatchedSubjects } from "../storage/cached-stored-part";
import { countEventKeyUse, type EventKeyUseCount } from "../sources/count-event-key-use";
import type { TriggerCache } from "../matching/trigger-cache";

export type EventBatchInput = {
  projectId: string;
  eventSource: string;
  events: BatchEvent[];
  /** the most decisions and bytes that one transaction writes; unset: LIMITS */
  limits?: BatchPlanInput["limits"];
};

/** The most decisions and bytes that one transaction writes. A single event may exceed them. */
const LIMITS: BatchPlanInput["limits"] = { decisionsMax: 2_000, bytesMax: 16 * 1024 * 1024 };

/**
 * The ActionCreationService: it processes a batch of events of one project. It stores the latest state of each subject,
 * and decides for each event, trigger and action whether an execution is created. Repeating a batch changes nothing. A
 * batch above the limits is cut into slices, each with its own transaction. A batch that fails is split until the
 * faulty event is alone, which then becomes a rejected event. So do all events of an unknown event source.
 * @returns wakes for all actions with PENDING executions of these subjects, so that a repeat after a crash wakes them
 * too
 * @throws an error of the database, if a repeat may succeed
 */
export async function createExecutions(
  ctx: ServiceContext,
  cache: TriggerCache,
  { projectId, eventSource, events, limits = LIMITS }: EventBatchInput,
): Promise<ActionWake[]> {
  const source = getEventSource(eventSource);
  if (!source) {
    const reason = `The event source ${eventSource} is not registered.`;
    await storeRejectedEvents(
      ctx,
      projectId,
      events.map((event) => ({ event, reason })),
    );
    return [];
  }
  const place = { projectId, eventSource };
  const alone = events.filter(({ trace }) => trace?.isAlone);
  const { parsed, rejected } = parseEvents(
    source,
    events.filter(({ trace }) => !trace?.isAlone),
    ctx.now(),
  );
  await storeRejectedEvents(ctx, projectId, rejected);
  const wakes: ActionWake[] = [];
  const toFill = new Map<string, TraceToFill>();
  const note = (traces: readonly TraceToFill[]): void => {
    for (const trace of traces) toFill.set(trace.traceId, trace);
  };
  const process = async (first: readonly ParsedEvent[][]): Promise<void> => {
    const slices = [...first];
    for (let slice = slices.shift(); slice; slice = slices.shift()) {
      if (slice.length === 0) continue;
      const outcome = await processSlice(ctx, cache, { projectId, source, events: slice, limits });
      if ("cutAt" in outcome) {
        slices.unshift(...chunksOf(slice, outcome.cutAt));
        continue;
      }
      wakes.push(...outcome.wakes);
      if (slice.every(({ isFill }) => !isFill)) note(outcome.toFill);
    }
  };
  if (alone.length > 0)
    note(
      (
        await ctx.db.$transaction((tx) =>
          recordTraceAttributes(tx, { ...place, events: alone, seen: new Set(), now: ctx.now() }),
        )
      ).toFill,
    );
  await process([parsed]);
  for (const trace of toFill.values()) {
    await process(await makeTraceFillEvents(ctx, place, trace));
    await markTraceFilled(ctx, place, trace);
  }
  return wakes;
}

/**
 * Cuts a list into parts of the given size. All parts get the size that suits the first, because later events are
 * probably as large.
 */
const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));

type SliceInput = { projectId: string; source: EventSource; events: ParsedEvent[]; limits: BatchPlanInput["limits"] };

/** The result of one slice of a batch. `cutAt`: nothing was written, and parts of this size must be tried instead. */
type SliceOutcome = SliceResult | { cutAt: number };
type SliceResult = { wakes: ActionWake[]; toFill: TraceToFill[] };

/**
 * Processes one slice of a batch in a transaction. A slice that fails is cut; a single event that fails is stored as
 * rejected.
 * @throws an error of the database, if a repeat may succeed
 */
async function processSlice(ctx: ServiceContext, cache: TriggerCache, input: SliceInput): Promise<SliceOutcome> {
  const { projectId, events } = input;
  const [alone, ...others] = events;
  try {
    return await runSlice(ctx, cache, input);
  } catch (error) {
    if (error instanceof SliceTooLarge) return { cutAt: error.cutAt };
    if (error instanceof SourceIdOfOtherTraceError) return { cutAt: events.length };
    if (isTransientDatabaseError(error) && !isTransactionTimeout(error)) throw error;
    if (others.length > 0) return { cutAt: Math.ceil(events.length / 2) };
    // The timeout may be due to a slow database and not to this event, so the event gets a second try.
    if (isTransactionTimeout(error)) {
      const second = await runSlice(ctx, cache, input).catch((failure: unknown) => failure as Error);
      if (!(second instanceof Error)) return second;
      if (isTransientDatabaseError(second) && !isTransactionTimeout(second)) throw second;
    }
    ctx.log.error({ err: error, eventId: alone!.id }, "an event could not be processed and was rejected");
    const reason = `It could not be processed: ${shortMessage(error)}`;
    await storeRejectedEvents(ctx, projectId, [{ event: alone!, reason }]);
    return { wakes: [], toFill: [] };
  }
}

/**
 * Thrown to roll a transaction back, because its events would write more than the limits allow. `cutAt` is the number
 * of events that fit.
 */
class SliceTooLarge extends Error {
  constructor(readonly cutAt: number) {
    super(`The slice is cut before its event ${cutAt}.`);
  }
}

async function runSlice(
  ctx: ServiceContext,
  cache: TriggerCache,
  { projectId, source, events, limits }: SliceInput,
): Promise<SliceResult> {
  const now = ctx.now();
  const eventSource = source.name;
  const eventIds = events.map((event) => event.id);
  await cache.warm(ctx, projectId, eventSource);
  const part = await getCachedStoredPartOfUnmatchedSubjects(ctx, projectId);
  const { plan, fresh, toFill } = await ctx.db.$transaction(async (tx) => {
    const named = await replaceSourceIdsOfOtherTraces(tx, { projectId, source, events });
    const sourceIds = [...new Set(named.map((event) => event.sourceId))];
    const triggers = await cache.load(ctx, tx, { projectId, eventSource });
    const createdThisHour = await lockAndCountExecutionsOfCappedTriggers(tx, triggers.byId.values(), now);
    const { revision } = triggers;
    const findPrice = await loadPriceFinderOfProject(ctx, tx, { projectId, revision });
    const told = named.some(({ trace }) => trace)
      ? await findHandledEvents(tx, projectId, eventIds)
      : new Set<string>();
    const traces = await recordTraceAttributes(tx, { projectId, eventSource, events: named, seen: told, now });
    const known = { traces: traces.attributes, findPrice, now };
    const asNew = mergeAndFillEventStates(source, named, { stored: new Map(), ...known });
    const storedIds = named.filter(({ isFill }) => isFill).map(({ sourceId }) => sourceId);
    const rows = shortenUnmatchableStates(source, asNew, { triggers, part });
    const { stored, inserted } = await lockSubjects(tx, { projectId, source, events: rows, now, storedIds });
    requireSubjectsOfSameTraces(source, named, stored);
    const seen = await findHandledEvents(tx, projectId, eventIds);
    const executions = await lockExecutions(tx, { projectId, eventSource, sourceIds });

    const fresh = mergeAndFillEventStates(source, firstOfEach(named, seen), { stored, ...known });
    const answers = await evaluateRegexesAhead(ctx.compute, { projectId, triggers, events: fresh, executions });
    const plan = planBatch({
      source,
      events: fresh,
      stored,
      executions,
      triggers,
      answers,
      createdThisHour,
      now,
      unmatchedState: (event) => shortenState(source, event, part),
      buildInput: makeEnvelopeBuilder(ctx, source, projectId),
      limits,
    });
    // `plan.cutAt` counts only new events. `SliceTooLarge` counts the slice's handled events too.
    if (plan.cutAt !== null) throw new SliceTooLarge(events.findIndex(({ id }) => id === fresh[plan.cutAt!]!.id));
    const changed = shortenUnmatchedStates(source, plan, { part, inserted, rows });
    await writeShadowComparisons(tx, plan.shadows, now);
    const batch = { projectId, eventSource, now };
    await writeRowsTogether(tx, [
      makeSubjectUpdate(batch, { source, plan, inserted, changed }),
      ...makeRevisionWrites(batch, plan),
      ...makeExecutionWrites(batch, plan.executions),
      makeDecisionInsert(batch, plan.decisions),
      makeEvaluatedCountUpsert(batch, { revision, events: plan.evaluated }),
      makeTriggerCounterUpsert(batch, plan.counters),
    ]);
    return { plan, fresh, toFill: traces.toFill };
  });
  countPlan(ctx, plan, fresh);
  countEventKeyUse(ctx, sourceNotesOf(projectId, source, fresh));
  ctx.live.touch(projectId, "observations");
  const changed = plan.executions.filter(({ change }) => change !== "none").map(({ id }) => id);
  if (changed.length > 0) ctx.live.touch(projectId, "executions", changed);
  return { wakes: makeWakesOfExecutions(projectId, plan.executions), toFill };
}

/** Updates the metrics by the decisions and executions that a batch has written. */
function countPlan({ metrics, now }: ServiceContext, plan: BatchPlan, events: readonly ParsedEvent[]): void {
  const nowMs = now().getTime();
  metrics.decided({
    events: plan.evaluated,
    kinds: plan.decisions.map(({ kind }) => kind),
    agesSeconds: events.map(({ receivedMicros }) => (nowMs - receivedMicros / 1_000) / 1_000),
  });
  metrics.executionsCreated(plan.executions.filter(({ change }) => change === "insert").length);
}

/**
 * Returns the counts of events for the statistics of event keys. An event without a key, without facts on its client,
 * or with nothing but trace attributes has no count.
 */
const sourceNotesOf = (projectId: string, source: EventSource, events: readonly ParsedEvent[]): EventKeyUseCount[] =>
  events.flatMap(({ keyId, client = null, patch, ended, payload, isFill }): EventKeyUseCount[] => {
    if (keyId === null || isFill) return [];
    const told = source.ofClient?.(payload, { client, isPart: patch !== undefined && !ended });
    return told ? [{ projectId, keyId, kind: "client", ...told }] : [];
  });

/** Removes events that an earlier batch handled, and repeated events inside the batch. */
function firstOfEach(events: readonly ParsedEvent[], seen: ReadonlySet<string>): ParsedEvent[] {
  const taken = new Set(seen);
  return events.filter((event) => !taken.has(event.id) && taken.add(event.id));
}

/** Makes a wake for each PENDING execution, at the time when the execution is due. */
export const makeWakesOfExecutions = (projectId: string, executions: readonly PlannedExecution[]): ActionWake[] =>
  executions
    .filter(({ status }) => status === "PENDING")
    .map(({ actionId, dueAt }) => ({ projectId, actionId, dueAt }));

/**
 * Returns a function that makes the envelope (the standard webhook body) of an execution. For several executions of one
 * event, the subject's JSON is made once for each detail level.
 */
export function makeEnvelopeBuilder(
  ctx: ServiceContext,
  source: EventSource,
  projectId: string,
): BatchPlanInput["buildInput"] {
  const written = new Map<string, ShortenableSubject>();
  let writtenOf: unknown;
  const formsOf = (event: ParsedEvent, detail: EventDetailLevel): ShortenableSubject => {
    // The executions of one event are made one after the other, so only the current event's JSON is kept.
    if (writtenOf !== event.payload) written.clear();
    writtenOf = event.payload;
    const forms = written.get(detail) ?? prepareShortenableSubject(source.actionInput(event.payload, detail));
    written.set(detail, forms);
    return forms;
  };
  return ({ event, trigger, action, executionId }) =>
    prepareEnvelope(
      {
        source: { name: source.name, noun: source.noun },
        apiVersion: "v1",
        timestamp: new Date(event.ts),
        trigger: { id: trigger.id, name: trigger.name },
        executionId,
        url: `${ctx.env.appUrl}/projects/${projectId}/executions/${executionId}`,
      },
      formsOf(event, action.detail),
    );
}

function shortMessage(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n").at(-1) ?? error.name).slice(0, 300) : String(error);
}
