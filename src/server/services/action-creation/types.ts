import type { ExecutionStatus } from "@/domain/execution";
import type { PreparedEnvelope } from "@/domain/action/webhook/envelope";
import type { BatchEvent } from "../batch-event";
import type { Decision } from "@/domain/decide";

/** An event whose payload was parsed by its event source, with values to order it. */
export type ParsedEvent = BatchEvent & {
  payload: unknown;
  /** the payload as JSON text, as it is stored in the subject's row */
  state: string;
  sourceId: string;
  /** the first criterion for the order of a subject's events, epoch ms: updatedAt, or ts without it */
  orderAt: number;
  /** whether the subject has ended, so that no further fields are expected */
  ended: boolean;
};

export type EventToReject = { event: BatchEvent; reason: string };

/** A stored subject that the transaction has locked: its latest state, and the order of the event that made it. */
export type StoredSubject = {
  id: string;
  state: string | null;
  traceId: string | null;
  orderAt: number | null;
  orderTs: number | null;
  /** the order of receipt of the event that made the state; null if an older release stored the state */
  orderReceived: number | null;
  orderPlace: number | null;
  lastEventId: string | null;
  revisionCount: number;
  sanitized: boolean;
};

/**
 * A batch's subjects by id. `stored`: the rows that existed before. `inserted`: for each new row, the id of the event
 * from which it was made.
 */
export type LockedSubjects = { stored: Map<string, StoredSubject>; inserted: Map<string, string> };

/**
 * An execution that a batch of events concerns: a stored one that is locked, or a new one. `change` tells what must be
 * written.
 */
export type PlannedExecution = {
  id: string;
  triggerId: string;
  actionId: string;
  sourceId: string;
  status: ExecutionStatus;
  statusReason: string;
  /** the value of the event that failed a condition, as part of the reason; null if the reason names no value */
  statusSeen: string | null;
  attemptCount: number;
  scheduleStart: number;
  cancelledBy: "SYSTEM" | "USER" | null;
  isResend: boolean;
  createdAt: Date;
  dueAt: Date;
  cancelRequestedAt: Date | null;
  /** the new envelope, if the batch creates or renews the execution; null to keep the stored one */
  input: PreparedEnvelope | null;
  triggerVersion: number;
  eventId: string;
  depth: number;
  /** the W3C traceparent of the span that creates or renews the execution; null without tracing */
  traceparent: string | null;
  /** the id of the backfill job that creates the execution; unset for a normal event */
  jobId?: string | undefined;
  change: "none" | "insert" | "update";
};

export type PlannedRevision = {
  eventId: string;
  observationId: string;
  outcome: "APPLIED" | "UNCHANGED" | "OLDER";
  /**
   * the state after this event, if a later event of the batch has replaced it; null while the subject's row holds it,
   * and for an event that is older than the stored state
   */
  state: string | null;
  orderAt: Date;
  keyId: string | null;
};

export type PlannedDecision = {
  eventId: string;
  sourceId: string;
  triggerId: string | null;
  triggerVersion: number | null;
  actionId: string | null;
  executionId: string | null;
  kind: Decision["kind"];
  reason: string;
  seen?: string | undefined;
};

export type TriggerCounterIncrements = {
  backfilled: number;
  matched: number;
  sampledIn: number;
  sampledOut: number;
  created: number;
  skipped: number;
  cancelled: number;
};
