import type { EventSource } from "@/domain/event-source/event-source";
import type { PreparedEnvelope } from "@/domain/action/webhook/envelope";
import type { RegexResults } from "@/server/compute/regex-results";
import type { CachedAction, CachedTrigger } from "../matching/cached-trigger";
import type { ActiveTriggerSet } from "../matching/trigger-cache";
import type { ShadowBatchComparison } from "./compare-shadows";
import type { BatchExecutionLookup } from "./batch-execution-lookup";
import type {
  TriggerCounterIncrements,
  PlannedDecision,
  PlannedExecution,
  ParsedEvent,
  PlannedRevision,
  StoredSubject,
} from "./types";

/** Everything that a batch's decisions depend on: its events, and what the transaction has read. */
export type BatchPlanInput = {
  source: EventSource;
  /** parsed events in the order in which they take effect, without events that an earlier batch handled */
  events: readonly ParsedEvent[];
  stored: Map<string, StoredSubject>;
  executions: readonly PlannedExecution[];
  triggers: ActiveTriggerSet;
  /** the results of slow regular expressions from the worker thread; null if no trigger has a regular expression */
  answers: RegexResults | null;
  /** for each trigger with a cap: how many executions it created in this hour before this batch */
  createdThisHour: ReadonlyMap<string, number>;
  now: Date;
  /** returns the state that is stored for an event that no trigger matches, perhaps without its large fields */
  unmatchedState: (event: ParsedEvent) => string;
  /** makes the envelope (the standard webhook body) of an execution */
  buildInput: (request: {
    event: ParsedEvent;
    trigger: CachedTrigger;
    action: CachedAction;
    executionId: string;
  }) => PreparedEnvelope;
  /** the most decisions and bytes of one transaction; the first event may exceed them */
  limits: { decisionsMax: number; bytesMax: number };
};

/** A batch's change of a subject's row: its latest event, and how many different states the subject has had. */
export type PlannedSubject = { event: ParsedEvent; revisionCount: number };

/** The plan of a batch: the rows to write, and the figures for metrics and limits. */
export type BatchPlan = {
  subjects: Map<string, PlannedSubject>;
  revisions: PlannedRevision[];
  /** stored states that this batch replaces, to be kept in the revisions of the events that made them */
  superseded: { eventId: string; state: string }[];
  /** the stored and the new executions of the batch's subjects; `change` tells what must be written */
  executions: PlannedExecution[];
  decisions: PlannedDecision[];
  counters: Map<string, TriggerCounterIncrements>;
  /** the comparisons of shadows with their triggers, by shadow id; empty without shadows */
  shadows: Map<string, ShadowBatchComparison>;
  /** the number of events that triggers evaluated; events older than the stored state do not count */
  evaluated: number;
  /** the size of all new envelopes in bytes */
  bytes: number;
  /** how many events fit into the limits, at least 1; null if all events fit */
  cutAt: number | null;
};

/** The work of planning one batch: its input, the plan so far, and an index of stored and new executions. */
export type BatchPlanInProgress = { input: BatchPlanInput; plan: BatchPlan; executions: BatchExecutionLookup };
