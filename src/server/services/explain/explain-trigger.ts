import {
  decideOnEvent,
  getDecisionLabel as labelOfKind,
  describeDecisionReason,
  filterErrorDecision,
  type Decision,
} from "@/domain/decide";
import type { EventSource } from "@/domain/event-source/event-source";
import { readTriggerModes } from "@/domain/trigger";
import { TriggerSnapshot } from "@/domain/version-snapshot";
import type { EvaluateFilter } from "@/server/compute/compute";
import type { ProjectContext } from "@/server/context";
import { hasPermission } from "../access";
import { toExistingExecution } from "../action-creation/planned-rows";
import { explainFilter } from "../executions/explain-filter";
import { getStoredDecisionLabel } from "../executions/stored-decision-label";
import type { NamedTriggerOrAction } from "../load-trigger-and-action-names";
import type { ExplainedTrigger, ExplainedSubject, TriggerVersionsInForce } from "./load-explained-subject";
import type { CurrentActionDecision, PastDecision, TriggerOutcome } from "./trigger-outcome";

const HISTORY_MAX = 50;

export type ExplainTriggerInput = {
  source: EventSource;
  trigger: ExplainedTrigger;
  subject: ExplainedSubject;
  versions: TriggerVersionsInForce;
  /** how many executions the trigger has created in the current hour, to compare with its cap */
  createdThisHour: number;
  actionName: (id: string) => NamedTriggerOrAction;
  /**
   * tells whether an action existed at a time; true for an action that the trigger no longer has, of which it is
   * unknown
   */
  actionExistedAt: (id: string, at: Date) => boolean;
};

/**
 * Explains what one trigger decided about a subject in the past and what it would decide now, with the subject's
 * executions.
 * @param look the function that evaluates a filter over a state
 */
export function explainTrigger(ctx: ProjectContext, input: ExplainTriggerInput, look: EvaluateFilter): TriggerOutcome {
  const { trigger, subject } = input;
  const seesBodies = hasPermission(ctx, "body:read");
  return {
    trigger: {
      id: trigger.id,
      name: trigger.name,
      status: trigger.status,
      version: trigger.version,
      deleted: trigger.deletedAt !== null,
    },
    now: decideNow(ctx, input, { seesBodies, look }),
    history: historyOf(input, seesBodies, look),
    executions: subject.executions
      .filter((execution) => execution.triggerId === trigger.id)
      .map((execution) => {
        const { id, status, actionId, attemptCount, createdAt, finishedAt } = execution;
        return {
          id,
          status,
          attemptCount,
          ...subject.statusReasonOf({ ...execution, triggerDeleted: trigger.deletedAt !== null }),
          action: input.actionName(actionId),
          createdAt,
          finishedAt,
        };
      }),
  };
}

function decideNow(
  ctx: ProjectContext,
  { source, trigger, subject, createdThisHour, actionName }: ExplainTriggerInput,
  { seesBodies, look }: { seesBodies: boolean; look: EvaluateFilter },
): TriggerOutcome["now"] {
  const state = subject.row?.state ?? null;
  const explanation = explainFilter(
    { eventSource: source.name, filter: trigger.filter, state, triggerChanged: false, seesBodies },
    look,
  );
  const { sentence, conditions } = explanation;
  const said = (
    { kind, label, reason }: { kind: string; label: string; reason: string },
    actions: CurrentActionDecision[] = [],
  ) => ({
    kind,
    label,
    reason,
    sentence,
    conditions,
    actions,
  });
  if (explanation.problem !== null)
    return said({ kind: "filter_error", label: "cannot be said", reason: explanation.problem });
  if (trigger.deletedAt)
    return said({
      kind: "deleted",
      label: "trigger deleted",
      reason: "The trigger was deleted; it decides nothing any more.",
    });
  if (trigger.status === "DISABLED")
    return said({ kind: "off", label: "trigger off", reason: "The trigger is off; it decides nothing." });
  const modes = readTriggerModes(trigger);
  if (modes.problem !== null) return said({ kind: "filter_error", label: "cannot be said", reason: modes.problem });
  const { result, links } = look(trigger.filter, state!);
  const { matched, firstFailure } = result;
  if (trigger.actions.length === 0 && matched)
    return said({
      kind: "no_action",
      label: "matched, no action left",
      reason: "Matched, but the trigger has no action left to run.",
    });
  const decideFor = (action: { id: string; disabledAt: Date | null } | null): Decision => {
    const existing = subject.executions.find(
      (execution) => execution.triggerId === trigger.id && execution.actionId === action?.id,
    );
    return decideOnEvent({
      trigger: { ...trigger, ...modes },
      action: { id: action?.id ?? "", enabled: action?.disabledAt === null },
      evaluation: { matched, failure: firstFailure },
      existing: existing ? toExistingExecution(existing) : null,
      roomUnderCap: trigger.capPerHour === null || createdThisHour < trigger.capPerHour,
      keys: { sourceId: subject.row?.id ?? "", ...links },
      now: ctx.now(),
    });
  };
  const outcomeOf = (decision: Decision) => ({
    kind: decision.kind,
    label: labelOfKind(decision.kind),
    reason: describeDecisionReason(decision.reason, decision.seen, seesBodies),
  });
  const actions = trigger.actions.map(({ action }) => ({
    action: actionName(action.id),
    ...outcomeOf(decideFor(action)),
  }));
  const first = actions[0] ?? outcomeOf(decideFor(null));
  if (actions.every(({ kind, reason }) => kind === first.kind && reason === first.reason))
    return said({ kind: first.kind, label: first.label, reason: first.reason }, actions);
  const leading = actions.find(({ kind }) => kind === "created") ?? first;
  return said({ kind: leading.kind, label: leading.label, reason: "The answer differs by action." }, actions);
}

/**
 * Returns the 50 latest past decisions of a trigger about a subject. If an event did not match and the trigger had no
 * execution for the subject, no decision is stored. Such decisions are made again from the stored states.
 */
function historyOf(input: ExplainTriggerInput, seesBodies: boolean, look: EvaluateFilter): PastDecision[] {
  const { trigger, subject } = input;
  const kept = subject.decisions
    .filter((decision) => decision.triggerId === trigger.id)
    .map(({ createdAt, eventId, kind, reason, seen, triggerVersion, actionId }): PastDecision => ({
      at: createdAt,
      eventId,
      kind,
      label: getStoredDecisionLabel(kind),
      reason: describeDecisionReason(reason, seen, seesBodies),
      triggerVersion,
      action: actionId === null ? null : input.actionName(actionId),
      exact: true,
    }));
  const known = new Set(kept.map((decision) => decision.eventId));
  const again = subject.revisions
    .filter((revision) => !known.has(revision.eventId))
    .flatMap((revision) => decideAgain(input, revision, { seesBodies, look }) ?? []);
  return [...kept, ...again].sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, HISTORY_MAX);
}

/**
 * Repeats a trigger's decision about a past event, with the version of that time. Null if the trigger did not exist
 * yet, listened to another event source, or the state is not stored.
 */
function decideAgain(
  { source, trigger, subject, versions, actionExistedAt }: ExplainTriggerInput,
  { eventId, state, receivedAt }: ExplainedSubject["revisions"][number],
  { seesBodies, look }: { seesBodies: boolean; look: EvaluateFilter },
): PastDecision | null {
  const inForce = (versions.get(trigger.id) ?? []).filter((version) => version.createdAt <= receivedAt).at(-1);
  if (!inForce) return null;
  const snapshot = TriggerSnapshot.parse(inForce.snapshot);
  if (snapshot.eventSource !== source.name) return null;
  const said = (
    { kind, label, reason }: { kind: string; label: string; reason: string },
    exact = true,
  ): PastDecision => ({
    at: receivedAt,
    eventId,
    kind,
    label,
    reason,
    triggerVersion: inForce.version,
    action: null,
    exact,
  });
  if (snapshot.status !== "ACTIVE") return said({ kind: "off", label: "trigger off", reason: "The trigger was off." });
  const text = state ?? subject.row?.state ?? null;
  if (text === null) return null;
  const exact = state !== null;
  try {
    const { matched, firstFailure } = look(snapshot.filter, text).result;
    if (matched && !snapshot.actionIds.some((id) => actionExistedAt(id, receivedAt)))
      return said(
        { kind: "no_action", label: "matched, no action", reason: "Matched, but the trigger had no action to run." },
        exact,
      );
    if (matched)
      return said(
        {
          kind: "matched",
          label: "matched",
          reason: "Matched. What was decided for its actions is not kept any more.",
        },
        exact,
      );
    return said(
      {
        kind: "not_matched",
        label: labelOfKind("not_matched"),
        reason: describeDecisionReason("Not matched", firstFailure?.reason ?? "the filter did not hold", seesBodies),
      },
      exact,
    );
  } catch (error) {
    const decision: Decision = filterErrorDecision((error as Error).message);
    return said({ kind: decision.kind, label: labelOfKind(decision.kind), reason: decision.reason }, exact);
  }
}
