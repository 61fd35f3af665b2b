import type { PreparedEnvelope } from "@/domain/action/webhook/envelope";
import type { Decision } from "@/domain/decide";
import { findStatusAfterMove, type ExecutionMove } from "@/domain/execution";
import { newId } from "@/server/ids";
import type { CachedAction, CachedTrigger } from "../matching/cached-trigger";
import type { BatchPlanInProgress } from "./plan-types";
import type { PlannedExecution, ParsedEvent } from "./types";

/** The parts of a decision. `existing` is null if no execution exists for the event, the trigger and the action. */
export type DecisionToApply = {
  event: ParsedEvent;
  trigger: CachedTrigger;
  action: CachedAction;
  existing: PlannedExecution | null;
};

/**
 * Carries out a decision in the plan: creates, renews, restarts or cancels an execution. Returns the execution; null if
 * there is none. A status changes only by a move that domain/execution.ts allows.
 */
export function applyDecisionToPlan(
  decision: Decision,
  subject: DecisionToApply,
  { input, plan, executions }: BatchPlanInProgress,
): PlannedExecution | null {
  const { event, trigger, action, existing } = subject;
  const build = (executionId: string): PreparedEnvelope => {
    const envelope = input.buildInput({ event, trigger, action, executionId });
    plan.bytes += envelope.bytes;
    return envelope;
  };
  switch (decision.kind) {
    case "created":
    case "over_cap": {
      const id = newId("exe");
      const execution: PlannedExecution = {
        id,
        triggerId: trigger.id,
        actionId: action.id,
        sourceId: event.sourceId,
        status: decision.status,
        statusReason: decision.reason,
        statusSeen: decision.seen ?? null,
        attemptCount: 0,
        scheduleStart: 0,
        cancelledBy: null,
        isResend: false,
        createdAt: input.now,
        dueAt: decision.kind === "created" ? decision.dueAt : input.now,
        cancelRequestedAt: null,
        input: build(id),
        triggerVersion: trigger.version,
        eventId: event.id,
        depth: event.depth,
        traceparent: event.traceparent ?? null,
        change: "insert",
      };
      plan.executions.push(execution);
      executions.add(execution);
      return execution;
    }
    case "skipped_exists":
      if (!existing) return null;
      if (decision.effect === "renew_input") {
        renew(existing, subject, build(existing.id));
        if (decision.dueAt !== null) existing.dueAt = decision.dueAt;
      }
      if (decision.effect === "rearm") {
        move(existing, "rearm", decision);
        renew(existing, subject, build(existing.id));
        existing.cancelledBy = null;
        existing.dueAt = decision.dueAt ?? input.now;
      }
      return existing;
    case "cancelled":
      if (!existing) return null;
      if (decision.effect === "cancel") {
        move(existing, "cancel", decision);
        existing.cancelledBy = "SYSTEM";
      } else if (!existing.cancelRequestedAt) {
        existing.cancelRequestedAt = input.now;
        existing.cancelledBy = "SYSTEM";
        touch(existing);
      }
      return existing;
    case "not_matched":
    case "not_matched_finished":
    case "sampled_out":
    case "ignored_older":
    case "filter_error":
      return existing;
    default:
      return decision satisfies never;
  }
}

function renew(execution: PlannedExecution, { event, trigger }: DecisionToApply, envelope: PreparedEnvelope): void {
  execution.input = envelope;
  execution.eventId = event.id;
  execution.triggerVersion = trigger.version;
  execution.depth = event.depth;
  execution.traceparent = event.traceparent ?? null;
  touch(execution);
}

function move(execution: PlannedExecution, by: ExecutionMove, { reason, seen }: Decision): void {
  const to = findStatusAfterMove(execution.status, by);
  if (!to) throw new Error(`The move ${by} is not allowed from ${execution.status} (execution ${execution.id}).`);
  execution.status = to;
  execution.statusReason = reason;
  execution.statusSeen = seen ?? null;
  touch(execution);
}

function touch(execution: PlannedExecution): void {
  if (execution.change === "none") execution.change = "update";
}
