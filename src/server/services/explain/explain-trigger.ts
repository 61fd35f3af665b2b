import { decide, decisionLabel as labelOfKind, filterError, type Decision } from "@/domain/decide";
import type { EventSource } from "@/domain/event-source/event-source";
import { compileFilter } from "@/domain/filter/evaluate";
import type { Elsewhere } from "@/domain/filter/regex";
import { Filter } from "@/domain/filter/schema";
import { SamplingBy } from "@/domain/sampling";
import { DelayMode } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { hasPermission } from "../access";
import { explainFilter } from "../executions/explain";
import { decisionLabel } from "../executions/get";
import type { Named } from "../executions/names";
import { visibleReason } from "../visible-reason";
import type { ExplainedTrigger, Subject, Versions } from "./load";
import type { PastDecision, TriggerOutcome } from "./outcome";

const HISTORY_MAX = 50;

export type ExplainInput = {
  source: EventSource;
  trigger: ExplainedTrigger;
  subject: Subject;
  versions: Versions;
  /** executions that the trigger has created in the present hour, for its cap */
  createdThisHour: number;
  actionName: (id: string) => Named;
};

/**
 * What one trigger makes of a source id now, what it made of it then, and what became of that.
 * @param elsewhere who evaluates regular expressions that take long
 */
export function explainTrigger(ctx: ProjectContext, input: ExplainInput, elsewhere: Elsewhere): TriggerOutcome {
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
    now: decideNow(ctx, input, seesBodies, elsewhere),
    history: historyOf(input, seesBodies, elsewhere),
    executions: subject.executions
      .filter((execution) => execution.triggerId === trigger.id)
      .map(({ id, status, statusReason, actionId, createdAt, finishedAt }) => ({
        id,
        status,
        statusReason: visibleReason(statusReason, seesBodies),
        action: input.actionName(actionId),
        createdAt,
        finishedAt,
      })),
  };
}

function decideNow(
  ctx: ProjectContext,
  { source, trigger, subject, createdThisHour }: ExplainInput,
  seesBodies: boolean,
  elsewhere: Elsewhere,
): TriggerOutcome["now"] {
  const state = subject.row?.state ?? null;
  const explanation = explainFilter(
    { eventSource: source.name, filter: trigger.filter, state, triggerChanged: false, seesBodies },
    elsewhere,
  );
  const { sentence, conditions } = explanation;
  const said = (kind: string, label: string, reason: string) => ({
    kind,
    label,
    reason: visibleReason(reason, seesBodies),
    sentence,
    conditions,
  });
  if (explanation.problem !== null) return said("filter_error", "cannot be said", explanation.problem);
  if (trigger.deletedAt)
    return said("deleted", "trigger deleted", "The trigger was deleted; it decides nothing any more.");
  if (trigger.status === "DISABLED") return said("off", "trigger off", "The trigger is off; it decides nothing.");
  const action = trigger.actions[0]?.action;
  const payload: unknown = JSON.parse(state ?? "null");
  const evaluation = compileFilter(source, Filter.parse(trigger.filter)).evaluate(payload, elsewhere);
  const existing = subject.executions.find(
    (execution) => execution.triggerId === trigger.id && execution.actionId === action?.id,
  );
  const decision = decide({
    trigger: {
      ...trigger,
      samplingBy: SamplingBy.parse(trigger.samplingBy),
      delayMode: DelayMode.parse(trigger.delayMode),
    },
    action: { id: action?.id ?? "", enabled: action?.disabledAt === null },
    evaluation: { matched: evaluation.matched, failure: evaluation.firstFailure },
    existing: existing
      ? {
          status: existing.status,
          attemptsMade: existing.attemptCount,
          cancelledBy: existing.cancelledBy === "SYSTEM" ? "system" : existing.cancelledBy === "USER" ? "user" : null,
          isResend: existing.isResend,
        }
      : null,
    roomUnderCap: trigger.capPerHour === null || createdThisHour < trigger.capPerHour,
    keys: { sourceId: subject.row?.id ?? "", ...source.links(payload) },
    now: ctx.now(),
  });
  return said(decision.kind, labelOfKind(decision.kind), decision.reason);
}

/** Decisions that were kept, and plain non-matches, which are not: those are decided again from what is kept. */
function historyOf(input: ExplainInput, seesBodies: boolean, elsewhere: Elsewhere): PastDecision[] {
  const { trigger, subject } = input;
  const kept = subject.decisions
    .filter((decision) => decision.triggerId === trigger.id)
    .map(({ createdAt, eventId, kind, reason, triggerVersion }): PastDecision => ({
      at: createdAt,
      eventId,
      kind,
      label: decisionLabel(kind),
      reason,
      triggerVersion,
      exact: true,
    }));
  const known = new Set(kept.map((decision) => decision.eventId));
  const again = subject.revisions
    .filter((revision) => !known.has(revision.eventId))
    .flatMap((revision) => decideAgain(input, revision, elsewhere) ?? []);
  return [...kept, ...again]
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, HISTORY_MAX)
    .map((decision) => ({ ...decision, reason: visibleReason(decision.reason, seesBodies) }));
}

type Snapshot = { eventSource?: string; status?: string; filter?: unknown };

/** null where the trigger did not exist yet, or listened to something else. */
function decideAgain(
  { source, trigger, subject, versions }: ExplainInput,
  { eventId, state, receivedAt }: Subject["revisions"][number],
  elsewhere: Elsewhere,
): PastDecision | null {
  const inForce = (versions.get(trigger.id) ?? []).filter((version) => version.createdAt <= receivedAt).at(-1);
  if (!inForce) return null;
  const snapshot = inForce.snapshot as Snapshot;
  if (snapshot.eventSource !== source.name) return null;
  const said = (kind: string, label: string, reason: string, exact = true): PastDecision => ({
    at: receivedAt,
    eventId,
    kind,
    label,
    reason,
    triggerVersion: inForce.version,
    exact,
  });
  if (snapshot.status !== "ACTIVE") return said("off", "trigger off", "The trigger was off.");
  const text = state ?? subject.row?.state ?? null;
  if (text === null) return null;
  const exact = state !== null;
  try {
    const { matched, firstFailure } = compileFilter(source, Filter.parse(snapshot.filter)).evaluate(
      JSON.parse(text),
      elsewhere,
    );
    if (matched) return said("matched", "matched", "It matched; what was decided is not kept any more.", exact);
    return said(
      "not_matched",
      labelOfKind("not_matched"),
      `Not matched: ${firstFailure?.reason ?? "the filter did not hold"}`,
      exact,
    );
  } catch (error) {
    const decision: Decision = filterError((error as Error).message);
    return said(decision.kind, labelOfKind(decision.kind), decision.reason, exact);
  }
}
