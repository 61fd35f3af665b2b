import type { EventSource } from "@/domain/event-source/event-source";
import type { Envelope } from "@/domain/action/webhook/envelope";
import type { RegexResults } from "@/server/compute/regex-results";
import type { CachedAction, CachedTrigger, TriggerSet } from "../matching/trigger-cache";
import type { ShadowTally } from "./compare-shadows";
import type {
  CounterDraft,
  PlannedDecision,
  PlannedExecution,
  ParsedEvent,
  PlannedRevision,
  StoredObservation,
} from "./types";

/** The rows that the transaction has read before it decides. */
export type PlanInput = {
  source: EventSource;
  /** parsed events in the order in which they apply, without events that an earlier batch handled */
  events: readonly ParsedEvent[];
  stored: Map<string, StoredObservation>;
  executions: readonly PlannedExecution[];
  triggers: TriggerSet;
  /** results of slow regular expressions; null if there are none */
  answers: RegexResults | null;
  /** for triggers with a cap: number of executions created in this hour before this batch */
  createdThisHour: ReadonlyMap<string, number>;
  now: Date;
  /** what is stored of an event that no trigger matches */
  unmatchedState: (event: ParsedEvent) => string;
  /** builds the bytes to send */
  buildInput: (request: {
    event: ParsedEvent;
    trigger: CachedTrigger;
    action: CachedAction;
    executionId: string;
  }) => Envelope;
  /** limits of one transaction; the first event is decided whatever its size */
  limits: { decisionsMax: number; bytesMax: number };
};

/** The latest event of an observation, and its number of different states. */
export type PlannedObservation = { event: ParsedEvent; revisionCount: number };

/** The rows that the transaction writes. */
export type BatchPlan = {
  observations: Map<string, PlannedObservation>;
  revisions: PlannedRevision[];
  /** stored states that this batch supersedes: event id → state */
  superseded: { eventId: string; state: string }[];
  executions: PlannedExecution[];
  decisions: PlannedDecision[];
  counters: Map<string, CounterDraft>;
  /** by the id of the shadow; empty without a shadow */
  shadows: Map<string, ShadowTally>;
  /** number of decided events, without those older than the stored state */
  evaluated: number;
  /** bytes of the bodies */
  bytes: number;
  /** index of the first event that exceeds the limits; null if all fit */
  cutAt: number | null;
};
