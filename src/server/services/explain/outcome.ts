import type { ExecutionStatus } from "@/domain/execution";
import type { ExplainedCondition } from "../executions/explain";
import type { Named } from "../configuration-names";

/** A decision about one event in the past. */
export type PastDecision = {
  at: Date;
  eventId: string;
  kind: string;
  label: string;
  reason: string;
  triggerVersion: number | null;
  /** the action of the decision; null if it is about the trigger as a whole */
  action: Named | null;
  /**
   * true: the decision is stored, or made again from the stored state and version; false: made again from today's state
   */
  exact: boolean;
};

/** The current decision of a trigger for one of its actions. */
export type ActionOutcome = { action: Named; kind: string; label: string; reason: string };

/** The current decision of a trigger about one source id, and its past ones. */
export type TriggerOutcome = {
  trigger: { id: string; name: string; status: "ACTIVE" | "DISABLED"; version: number; deleted: boolean };
  /** the decision for the trigger as a whole, with one decision for each action */
  now: {
    kind: string;
    label: string;
    reason: string;
    sentence: string;
    conditions: ExplainedCondition[];
    actions: ActionOutcome[];
  };
  /** the newest first */
  history: PastDecision[];
  executions: {
    id: string;
    status: ExecutionStatus;
    statusReason: string;
    action: Named;
    createdAt: Date;
    finishedAt: Date | null;
  }[];
};
