import type { ExistingExecution } from "@/domain/decide";
import type { PlannedDecision, PlannedExecution, ParsedEvent, PlannedRevision } from "./types";

type StoredExecution = Pick<
  PlannedExecution,
  "status" | "attemptCount" | "cancelledBy" | "isResend" | "createdAt" | "dueAt"
>;

/** Converts an execution to the form that the domain's `decideOnEvent` takes. */
export const toExistingExecution = (execution: StoredExecution): ExistingExecution => ({
  status: execution.status,
  attemptsMade: execution.attemptCount,
  cancelledBy: execution.cancelledBy === "SYSTEM" ? "system" : execution.cancelledBy === "USER" ? "user" : null,
  isResend: execution.isResend,
  createdAt: execution.createdAt,
  dueAt: execution.dueAt,
});

/**
 * Makes the revision row of an event, which records that the event was handled. `state` is null as long as the
 * subject's row holds the same state.
 */
export const makePlannedRevision = (
  event: ParsedEvent,
  outcome: PlannedRevision["outcome"],
  state: string | null,
): PlannedRevision => ({
  eventId: event.id,
  observationId: event.sourceId,
  outcome,
  state,
  orderAt: new Date(event.orderAt),
  keyId: event.keyId,
});

/**
 * Makes a decision row about an event, to which the caller adds the kind and, if there are any, trigger, action and
 * execution.
 */
export const makeBlankDecisionRow = (event: ParsedEvent): Omit<PlannedDecision, "kind" | "reason"> => ({
  eventId: event.id,
  sourceId: event.sourceId,
  triggerId: null,
  triggerVersion: null,
  actionId: null,
  executionId: null,
});
