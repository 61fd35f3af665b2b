import type { EventSource } from "@/domain/event-source/event-source";
import type { Envelope } from "@/domain/action/webhook/envelope";
import type { RegexResults } from "@/server/compute/regex-results";
import type { CachedAction, CachedTrigger } from "../matching/cached-trigger";
import type { TriggerSet } from "../matching/trigger-cache";
import type { ShadowDifferenceCounts } from "./compare-shadows";
import type { ExecutionIndex } from "./execution-index";
import type {
  CounterIncrements,
  PlannedDecision,
  PlannedExecution,
  ParsedEvent,
  PlannedRevision,
  StoredSubject,
} from "./types";

/** The rows that the transaction has read before it decides. */
export type BatchPlanInput = {
  source: EventSource;
  /** parsed events in the order in which they apply, without events that an earlier batch handled */
  events: readonly ParsedEvent[];
  stored: Map<string, StoredSubject>;
  executions: readonly PlannedExecution[];
  triggers: TriggerSet;
  /** the results of slow regular expressions; null without such expressions */
  answers: RegexResults | null;
  /** for triggers with a cap: the executions that were created in this hour before this batch */
  createdThisHour: ReadonlyMap<string, number>;
  now: Date;
  /** returns the stored part of an event that no trigger matches */
  unmatchedState: (event: ParsedEvent) => string;
  /** makes the envelope of an execution */
  buildInput: (request: {
    event: ParsedEvent;
    trigger: CachedTrigger;
    action: CachedAction;
    executionId: string;
  }) => Envelope;
  /** the limits of one transaction; the first event is decided whatever its size */
  limits: { decisionsMax: number; bytesMax: number };
};

/** The latest event of a subject, and the number of its different states. */
export type PlannedSubject = { event: ParsedEvent; revisionCount: number };

/** The rows that the transaction writes. */
export type BatchPlan = {
  subjects: Map<string, PlannedSubject>;
  revisions: PlannedRevision[];
  /** stored states that this batch replaces, with the ids of their events */
  superseded: { eventId: string; state: string }[];
  executions: PlannedExecution[];
  decisions: PlannedDecision[];
  counters: Map<string, CounterIncrements>;
  /** the comparisons by shadow id; empty without shadows */
  shadows: Map<string, ShadowDifferenceCounts>;
  /** the number of decided events; events older than the stored state do not count */
  evaluated: number;
  /** the bytes of all envelopes */
  bytes: number;
  /** the index of the first event that exceeds the limits; null if all events fit */
  cutAt: number | null;
};

/** The planning of one batch: its input, the plan so far, and the stored and planned executions. */
export type BatchPlanning = { input: BatchPlanInput; plan: BatchPlan; executions: ExecutionIndex };
