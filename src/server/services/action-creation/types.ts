import type { ExecutionStatus } from "@/domain/execution";
import type { Envelope } from "@/domain/action/webhook/envelope";
import type { BatchEvent } from "../batch-event";
import type { Decision } from "@/domain/decide";

/** An event with its parsed payload. */
export type ParsedEvent = BatchEvent & {
  payload: unknown;
  /** the payload as JSON text, in the form in which it is stored */
  state: string;
  sourceId: string;
  /** the time that orders the events of one source id: updatedAt, or ts without it */
  orderAt: number;
  /** whether the subject has an end */
  ended: boolean;
};

export type EventToReject = { event: BatchEvent; reason: string };

/** The latest state, in a row that the transaction has locked. */
export type StoredSubject = {
  id: string;
  state: string | null;
  traceId: string | null;
  orderAt: number | null;
  orderTs: number | null;
  /** null if an older version of the program stored the state */
  orderReceived: number | null;
  orderPlace: number | null;
  lastEventId: string | null;
  revisionCount: number;
  sanitized: boolean;
};

/** The batch's subjects: stored states, and the events of new rows. */
export type LockedSubjects = { stored: Map<string, StoredSubject>; inserted: Map<string, string> };

/** An execution of the batch: a locked row, or a new execution. */
export type PlannedExecution = {
  id: string;
  triggerId: string;
  actionId: string;
  sourceId: string;
  status: ExecutionStatus;
  statusReason: string;
  /** the value that the failed condition saw; null if the status has another reason */
  statusSeen: string | null;
  attemptCount: number;
  scheduleStart: number;
  cancelledBy: "SYSTEM" | "USER" | null;
  isResend: boolean;
  createdAt: Date;
  dueAt: Date;
  cancelRequestedAt: Date | null;
  /** the new input if the batch replaces it; else null */
  input: Envelope | null;
  triggerVersion: number;
  eventId: string;
  depth: number;
  /** the span that creates or renews the execution; null without tracing */
  traceparent: string | null;
  /** the backfill that creates the execution */
  jobId?: string | undefined;
  change: "none" | "insert" | "update";
};

export type PlannedRevision = {
  eventId: string;
  observationId: string;
  outcome: "APPLIED" | "UNCHANGED" | "OLDER";
  /** the state after this event, if a later event of the batch has replaced that state; else null */
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

export type CounterIncrements = {
  backfilled: number;
  matched: number;
  sampledIn: number;
  sampledOut: number;
  created: number;
  skipped: number;
  cancelled: number;
};
