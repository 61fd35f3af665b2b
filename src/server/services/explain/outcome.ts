import type { ExecutionStatus } from "@/domain/execution";
import type { ExplainedCondition } from "../executions/explain";
import type { Named } from "../executions/names";

/** What was decided about one event. */
export type PastDecision = {
  at: Date;
  eventId: string;
  kind: string;
  label: string;
  reason: string;
  triggerVersion: number | null;
  /** the action that the decision is about; null where it is about the trigger as a whole */
  action: Named | null;
  /** kept, or decided again from the state and the version of that time; false: with today's state */
  exact: boolean;
};

/** What a trigger would decide for one of its actions. */
export type ActionOutcome = { action: Named; kind: string; label: string; reason: string };

/** What a trigger makes of one source id, and made of it. */
export type TriggerOutcome = {
  trigger: { id: string; name: string; status: "ACTIVE" | "DISABLED"; version: number; deleted: boolean };
  /** the answer for the trigger as a whole, and below it one answer for each action */
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
