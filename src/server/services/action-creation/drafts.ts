import type { DecisionDraft, ExecutionDraft, ParsedEvent, RevisionDraft } from "./types";

/** The canceller of an execution, in the words of `decide`; null where nobody cancelled it. */
export const cancelledByOf = (execution: ExecutionDraft): "system" | "user" | null =>
  execution.cancelledBy === "SYSTEM" ? "system" : execution.cancelledBy === "USER" ? "user" : null;

/** The revision that an event makes. `state` is null where the observation holds it. */
export const revisionOf = (
  event: ParsedEvent,
  outcome: RevisionDraft["outcome"],
  state: string | null,
): RevisionDraft => ({
  eventId: event.id,
  observationId: event.sourceId,
  outcome,
  state,
  orderAt: new Date(event.orderAt),
  keyId: event.keyId,
});

/** A decision about an event that names no trigger, action or execution yet. */
export const blankDecision = (event: ParsedEvent): Omit<DecisionDraft, "kind" | "reason"> => ({
  eventId: event.id,
  sourceId: event.sourceId,
  triggerId: null,
  triggerVersion: null,
  actionId: null,
  executionId: null,
});
