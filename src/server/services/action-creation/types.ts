import type { ExecutionStatus } from "@/domain/execution";
import type { Envelope } from "@/domain/action/webhook/envelope";
import type { Decision } from "@/domain/decide";

/** An event as the functions get it: stamped by the event endpoint. */
export type BatchEvent = {
  /** the internal id, the same for a repeated delivery of the same event */
  id: string;
  name: string;
  /** epoch ms */
  ts: number;
  /** the event source's payload, unparsed */
  data: unknown;
  keyId: string | null;
  /** the data, where our stamp says that it is a patch and no payload */
  patch?: unknown;
  /** how many of our own webhooks led to it */
  depth: number;
  /** characters were replaced at the endpoint */
  sanitized: boolean;
  /** the order of receipt: epoch microseconds at which the endpoint read the request's headers … */
  receivedMicros: number;
  /** … then the place in the request */
  place: number;
};

/** An event whose payload was parsed. */
export type ParsedEvent = BatchEvent & {
  payload: unknown;
  /** the payload as JSON text, as it is stored */
  state: string;
  sourceId: string;
  /** what orders the events of one source id: updatedAt, or ts without one */
  orderAt: number;
  /** whether the thing behind the event has ended */
  ended: boolean;
};

export type RejectedItem = { event: BatchEvent; reason: string };

/** The latest state as locked by the transaction. */
export type StoredObservation = {
  id: string;
  state: string | null;
  traceId: string | null;
  orderAt: number | null;
  orderTs: number | null;
  /** null of states that were stored before it was kept */
  orderReceived: number | null;
  orderPlace: number | null;
  lastEventId: string | null;
  revisionCount: number;
};

/** What the batch found: states that were stored, and rows that it has made itself, complete, by the event that is in them. */
export type LockedObservations = { stored: Map<string, StoredObservation>; inserted: Map<string, string> };

/** An execution as known to the batch: a row that was locked, or one that the batch makes. */
export type ExecutionDraft = {
  id: string;
  triggerId: string;
  actionId: string;
  sourceId: string;
  status: ExecutionStatus;
  statusReason: string;
  /** what the condition that failed saw; null where the status has another reason */
  statusSeen: string | null;
  attemptCount: number;
  scheduleStart: number;
  cancelledBy: "SYSTEM" | "USER" | null;
  isResend: boolean;
  createdAt: Date;
  dueAt: Date;
  cancelRequestedAt: Date | null;
  /** set where the batch writes the input anew */
  input: Envelope | null;
  triggerVersion: number;
  eventId: string;
  depth: number;
  /** the backfill that makes it */
  jobId?: string | undefined;
  change: "none" | "insert" | "update";
};

export type RevisionDraft = {
  eventId: string;
  observationId: string;
  outcome: "APPLIED" | "UNCHANGED" | "OLDER";
  /** the state, where a later event of the same batch has replaced it already */
  state: string | null;
  orderAt: Date;
  keyId: string | null;
};

export type DecisionDraft = {
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

export type CounterDraft = {
  backfilled: number;
  matched: number;
  sampledIn: number;
  sampledOut: number;
  created: number;
  skipped: number;
  cancelled: number;
};
