import type { ExecutionStatus } from "@/domain/execution";
import type { ExplainedCondition } from "../executions/explain-filter";
import type { NamedTriggerOrAction } from "../load-trigger-and-action-names";

/** A decision about one event in the past. */
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
   * true: the decision is stored, or made again from the stored state and version. false: it is made again from the
   * current state
   */
  exact: boolean;
};

/** The current decision of a trigger for one of its actions. */
export type ActionOutcome = { action: NamedTriggerOrAction; kind: string; label: string; reason: string };

/** The current decision of a trigger about one source id, and its past decisions. */
export type TriggerOutcome = {
  trigger: { id: string; name: string; status: "ACTIVE" | "DISABLED"; version: number; deleted: boolean };
  /** the decision of the trigger as a whole, and one decision for each action */
  now: {
    kind: string;
    label: string;
    reason: string;
    sentence: string;
    conditions: ExplainedCondition[];
    actions: ActionOutcome[];
  };
  /** past decisions, the newest first */
  history: PastDecision[];
  executions: {
    id: string;
    status: ExecutionStatus;
    statusReason: string;
    action: NamedTriggerOrAction;
    createdAt: Date;
    finishedAt: Date | null;
  }[];
};
