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
  /** kept, or decided again from the state and the version of that time; false: with today's state */
  exact: boolean;
};

/** What a trigger makes of one source id, and made of it. */
export type TriggerOutcome = {
  trigger: { id: string; name: string; status: "ACTIVE" | "DISABLED"; version: number; deleted: boolean };
  now: { kind: string; label: string; reason: string; sentence: string; conditions: ExplainedCondition[] };
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
