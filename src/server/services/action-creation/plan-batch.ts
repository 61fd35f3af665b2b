import type { EventSource } from "@/domain/event-source/event-source";
import { decideOnEvent, filterErrorDecision, makeOlderEventDecision, type Decision } from "@/domain/decide";
import { parseJson } from "@/domain/json/read-json";
import { sampleByHash, chooseIdToHash } from "@/domain/sampling";
import type { CachedTrigger } from "../matching/cached-trigger";
import { emptyActiveTriggerSet } from "../matching/trigger-cache";
import { matchEvent } from "./match-event";
import { applyDecisionToPlan } from "./apply-decision-to-plan";
import { compareShadows } from "./compare-shadows";
import { makeBlankDecisionRow, toExistingExecution, makePlannedRevision } from "./planned-rows";
import { BatchExecutionLookup } from "./batch-execution-lookup";
import { isOlderThanStored } from "./event-order";
import type { BatchPlan, BatchPlanInput, BatchPlanInProgress } from "./plan-types";
import type { TriggerCounterIncrements, PlannedExecution, ParsedEvent, PlannedRevision, StoredSubject } from "./types";

const emptyPlan = (executions: readonly PlannedExecution[]): BatchPlan => ({
  subjects: new Map(),
  revisions: [],
  superseded: [],
  executions: [...executions],
  decisions: [],
  counters: new Map(),
  shadows: new Map(),
  evaluated: 0,
  bytes: 0,
  cutAt: null,
});

/**
 * Plans all rows that a batch of events writes, without I/O. It applies one event after the other, and decides for each
 * event, trigger and action. It stops at the event that exceeds the limits, unless that is the first. The caller then
 * plans again with fewer events.
 */
export function planBatch(input: BatchPlanInput): BatchPlan {
  const plan = emptyPlan(input.executions);
  const planning: BatchPlanInProgress = { input, plan, executions: new BatchExecutionLookup(input.executions) };
  const latest = new Map<string, PlannedRevision>();

  for (const [place, event] of input.events.entries()) {
    if (isOlder(event, input, plan)) {
      const decision = makeOlderEventDecision();
      plan.revisions.push(makePlannedRevision(event, "OLDER", null));
      plan.decisions.push({
        ...makeBlankDecisionRow(event),
        kind: decision.kind,
        reason: decision.reason,
        seen: decision.seen,
      });
      continue;
    }
    applyState(event, planning, latest);
    plan.evaluated += 1;
    decideEvent(event, planning);
    const cutAt = Math.max(place, 1);
    if (isOver(plan, input) && cutAt < input.events.length) return { ...plan, cutAt };
  }
  return plan;
}

function isOlder(event: ParsedEvent, { source, stored }: BatchPlanInput, plan: BatchPlan): boolean {
  const row = stored.get(event.sourceId);
  const planned = plan.subjects.get(event.sourceId)?.event;
  if (source.isStart?.(event.payload) && (planned ? planned.ended : hasEndedState(row, source))) return true;
  // The events of a batch are sorted. So no event is older than an earlier event of the batch.
  if (planned) return false;
  // A patch is never ignored for its age, because it still fills fields that the state lacks.
  if (event.patch !== undefined || event.isFill) return false;
  return row !== undefined && isOlderThanStored(event, row, source);
}

const hasEndedState = (row: StoredSubject | undefined, source: EventSource): boolean =>
  typeof row?.state === "string" && source.hasEnded(parseJson(row.state));

const isOver = ({ decisions, bytes }: BatchPlan, { limits }: BatchPlanInput): boolean =>
  decisions.length > limits.decisionsMax || bytes > limits.bytesMax;

function applyState(
  event: ParsedEvent,
  { input, plan }: BatchPlanInProgress,
  latest: Map<string, PlannedRevision>,
): void {
  const { state } = event;
  const stored = input.stored.get(event.sourceId);
  const previous = plan.subjects.get(event.sourceId);
  const previousState = previous?.event.state ?? stored?.state ?? null;
  const unchanged =
    previousState === state || (!previous && previousState !== null && previousState === input.unmatchedState(event));

  if (!unchanged && previousState !== null) {
    const revision = latest.get(event.sourceId);
    if (revision) revision.state = previousState;
    else if (stored?.lastEventId) plan.superseded.push({ eventId: stored.lastEventId, state: previousState });
  }
  const revision = makePlannedRevision(event, unchanged ? "UNCHANGED" : "APPLIED", null);
  plan.revisions.push(revision);
  latest.set(event.sourceId, revision);
  plan.subjects.set(event.sourceId, {
    event,
    revisionCount: (previous?.revisionCount ?? stored?.revisionCount ?? 0) + (unchanged ? 0 : 1),
  });
}

/** The input to plan one chunk of a backfill: one trigger over stored states. Existing executions stay unchanged. */
export type BackfillPlanInput = Omit<
  BatchPlanInput,
  "stored" | "triggers" | "answers" | "createdThisHour" | "unmatchedState" | "limits"
> & {
  trigger: CachedTrigger;
  /**
   * tells whether the trigger matches the next event; null if the regular expressions have used up their time, so that
   * the chunk must end
   */
  matches: () => Promise<boolean | null>;
  jobId: string;
  /** the most executions that the chunk may create */
  executionsMax: number;
};

/**
 * Plans one chunk of a backfill: the rows to write, and the number of processed states. It ends early at
 * `executionsMax`, or when `matches` returns null.
 */
export async function planBackfill(input: BackfillPlanInput): Promise<{ plan: BatchPlan; processed: number }> {
  const plan = emptyPlan([]);
  const executions = new BatchExecutionLookup(input.executions);
  const planInput: BatchPlanInput = {
    ...input,
    stored: new Map(),
    createdThisHour: new Map(),
    unmatchedState: ({ state }) => state,
    triggers: emptyActiveTriggerSet,
    answers: null,
    limits: { decisionsMax: Infinity, bytesMax: Infinity },
  };
  const counter = counterOf(plan, input.trigger.id);
  let processed = 0;
  for (const event of input.events) {
    if (counter.created >= input.executionsMax) break;
    const matches = await input.matches();
    if (matches === null) break;
    processed += 1;
    counter.backfilled += 1;
    if (!matches) continue;
    const actions = input.trigger.actions.filter(
      (action) => !executions.get(input.trigger.id, action.id, event.sourceId),
    );
    const trigger = { ...input.trigger, actions, capPerHour: null };
    decideTrigger({ event, trigger, failure: null }, { input: planInput, plan, executions });
  }
  for (const execution of plan.executions) execution.jobId = input.jobId;
  return { plan, processed };
}

/**
 * Decides about an event for each trigger that matches. A trigger that does not match, but has an execution for the
 * subject, decides too: it may cancel that execution. A trigger with a broken filter, or with an unknown result, gets a
 * decision that names the problem.
 */
function decideEvent(event: ParsedEvent, planning: BatchPlanInProgress): void {
  const { input, plan, executions } = planning;
  const verdict = matchEvent(input.triggers, event.payload, input.answers);
  const { matched, unsure } = verdict;
  compareShadows(plan.shadows, { ...input, event, verdict });
  for (const trigger of matched) decideTrigger({ event, trigger, failure: null }, planning);
  const decided = new Set([...matched, ...unsure.map(({ trigger }) => trigger)].map((trigger) => trigger.id));
  for (const triggerId of executions.triggersOf(event.sourceId)) {
    const trigger = input.triggers.byId.get(triggerId);
    if (!trigger?.filter || decided.has(triggerId)) continue;
    const { firstFailure } = trigger.filter.compiled.evaluate(event.payload, input.answers?.orNoMatch(new Set()));
    decideTrigger({ event, trigger, failure: firstFailure ?? unexplained }, planning);
  }
  const broken = input.triggers.broken.map((trigger) => ({
    trigger,
    problem: trigger.problem ?? "it does not compile",
  }));
  for (const { trigger, problem } of [...broken, ...unsure]) {
    const of = { triggerId: trigger.id, triggerVersion: trigger.version };
    plan.decisions.push({ ...makeBlankDecisionRow(event), ...of, ...filterErrorDecision(problem) });
  }
}

const unexplained = { reason: "the filter did not hold" };

/** An event and a trigger to decide about. `failure` is why the trigger does not match; null if it matches. */
type Matched = { event: ParsedEvent; trigger: CachedTrigger; failure: { reason: string } | null };

function decideTrigger({ event, trigger, failure }: Matched, planning: BatchPlanInProgress): void {
  const { input, plan, executions } = planning;
  const keys = { sourceId: event.sourceId, ...input.source.links(event.payload) };
  const matched = failure === null;
  const counter = counterOf(plan, trigger.id);
  if (matched) {
    counter.matched += 1;
    const { sampled } = sampleByHash({
      triggerId: trigger.id,
      key: chooseIdToHash({ by: trigger.samplingBy, ...keys }),
      rate: trigger.samplingRate,
    });
    if (sampled) counter.sampledIn += 1;
    else counter.sampledOut += 1;
  }
  for (const action of trigger.actions) {
    const existing = executions.get(trigger.id, action.id, event.sourceId);
    if (!matched && !existing) continue;
    const created = (input.createdThisHour.get(trigger.id) ?? 0) + counter.created;
    const decision = decideOnEvent({
      trigger,
      action: { id: action.id, enabled: action.enabled },
      evaluation: { matched, failure },
      existing: existing && toExistingExecution(existing),
      roomUnderCap: trigger.capPerHour === null || created < trigger.capPerHour,
      keys,
      now: input.now,
    });
    const execution = applyDecisionToPlan(decision, { event, trigger, action, existing }, planning);
    count(counter, decision);
    plan.decisions.push({
      ...makeBlankDecisionRow(event),
      triggerId: trigger.id,
      triggerVersion: trigger.version,
      actionId: action.id,
      executionId: execution?.id ?? null,
      kind: decision.kind,
      reason: decision.reason,
      seen: decision.seen,
    });
  }
}

function count(counter: TriggerCounterIncrements, decision: Decision): void {
  if (decision.kind === "created") counter.created += 1;
  else if (decision.kind === "cancelled") counter.cancelled += 1;
  else if (decision.kind === "skipped_exists" || decision.kind === "over_cap") counter.skipped += 1;
}

function counterOf(plan: BatchPlan, triggerId: string): TriggerCounterIncrements {
  let counter = plan.counters.get(triggerId);
  if (!counter) {
    counter = { backfilled: 0, matched: 0, sampledIn: 0, sampledOut: 0, created: 0, skipped: 0, cancelled: 0 };
    plan.counters.set(triggerId, counter);
  }
  return counter;
}
