import type { ExecutionStatus } from "@/domain/execution";
import type { ExecutionWait } from "@/domain/waiting";
import type { ExplainedCondition } from "../executions/explain-filter";
import type { NamedTriggerOrAction } from "../load-trigger-and-action-names";

/** A trigger's past decision about one event. */
export type PastDecision = {
  at: Date;
  eventId: string;
  kind: string;
  label: string;
  reason: string;
  triggerVersion: number | null;
  /** the action of the decision; null if the decision is about the trigger as a whole */
  action: NamedTriggerOrAction | null;
  /**
   * true if the decision is stored, or was repeated with the event's own state; false if it was repeated with the
   * current state
   */
  exact: boolean;
};

/** A trigger's present decision for one of its actions. */
export type CurrentActionDecision = { action: NamedTriggerOrAction; kind: string; label: string; reason: string };

/** A trigger's present and past decisions about one subject. */
export type TriggerOutcome = {
  trigger: { id: string; name: string; status: "ACTIVE" | "DISABLED"; version: number; deleted: boolean };
  /** the present decision of the trigger as a whole; `actions` has the present decision for each action */
  now: {
    kind: string;
    label: string;
    reason: string;
    sentence: string;
    conditions: ExplainedCondition[];
    actions: CurrentActionDecision[];
  };
  /** past decisions, the newest first */
  history: PastDecision[];
  executions: {
    id: string;
    status: ExecutionStatus;
    attemptCount: number;
    statusReason: string;
    /** for what a PENDING execution waits, and until when; null for every other status */
    wait: Pick<ExecutionWait, "kind" | "until"> | null;
    action: NamedTriggerOrAction;
    createdAt: Date;
    finishedAt: Date | null;
  }[];
};
