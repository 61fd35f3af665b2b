import { describeDecisionReason } from "@/domain/decide";
import { DEFAULT_EVENT_SOURCE_NAME, getEventSource } from "@/domain/event-source/registry";
import type { ExecutionStatus } from "@/domain/execution";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";
import { loadTriggerAndActionNames, type NamedTriggerOrAction } from "../load-trigger-and-action-names";
import { loadStatusReasons, statusReasonSelect, type ExecutionStatusReason } from "../executions/load-status-reasons";
import { getStoredDecisionLabel } from "../executions/stored-decision-label";
import type { DecisionSummary } from "../executions/get-execution";
import { type ObservationListItem, observationSelect } from "./list-observations";

const RELATED_MAX = 100;
export type ObservationDetail = ObservationListItem & {
  /**
   * The latest state as JSON text; without input, output and metadata for readers without the permission `body:read`.
   * It is text, because an object would lose digits of long numbers on its way to the browser.
   */
  state: string | null;
  /**
   * paths of texts that are JSON themselves, such as `metadata.attributes`, into which filters can look by key; empty
   * if bodies are hidden
   */
  jsonTexts: string[];
  /**
   * which part of the observation is stored, if the project stores less of observations that no trigger matched; null
   * if everything or nothing is stored
   */
  storedPart: "cut" | "columns" | null;
  /** a sentence on how the program computed the cost; null if the sender sent the cost, or if there is none */
  costNote: string | null;
  bodiesVisible: boolean;
  revisions: { eventId: string; outcome: "APPLIED" | "UNCHANGED" | "OLDER"; orderAt: Date; receivedAt: Date }[];
  decisions: (DecisionSummary & {
    trigger: NamedTriggerOrAction | null;
    action: NamedTriggerOrAction | null;
    executionId: string | null;
  })[];
  executions: (ExecutionStatusReason & {
    id: string;
    status: ExecutionStatus;
    attemptCount: number;
    trigger: NamedTriggerOrAction;
    action: NamedTriggerOrAction;
    createdAt: Date;
    finishedAt: Date | null;
  })[];
};

/**
 * Returns one observation with its latest state, and at most 100 each of its latest events, decisions and executions.
 */
export async function getObservation(
  ctx: ProjectContext,
  input: { observationId: string; eventSource?: string | undefined },
): Promise<ObservationDetail> {
  requirePermission(ctx, "project:read");
  const bodiesVisible = hasPermission(ctx, "body:read");
  const { projectId } = ctx;
  const eventSource = input.eventSource ?? DEFAULT_EVENT_SOURCE_NAME;
  const row = await ctx.db.observation.findUnique({
    where: { projectId_eventSource_id: { projectId, eventSource, id: input.observationId } },
    select: { ...observationSelect, state: true },
  });
  if (!row) throw makeNotFoundError("observation");
  const { state, ...base } = row;
  const [revisions, decisions, executions] = await Promise.all([
    ctx.db.observationRevision.findMany({
      where: { projectId, observationId: row.id, eventSource },
      orderBy: { orderAt: "desc" },
      take: RELATED_MAX,
      select: { eventId: true, outcome: true, orderAt: true, receivedAt: true },
    }),
    ctx.db.decision.findMany({
      where: { projectId, sourceId: row.id, eventSource },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: RELATED_MAX,
      select: {
        id: true,
        eventId: true,
        kind: true,
        reason: true,
        seen: true,
        triggerVersion: true,
        createdAt: true,
        triggerId: true,
        actionId: true,
        executionId: true,
      },
    }),
    ctx.db.actionExecution.findMany({
      where: { projectId, sourceId: row.id, eventSource },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: RELATED_MAX,
      select: {
        ...statusReasonSelect,
        triggerId: true,
        createdAt: true,
        finishedAt: true,
        attemptCount: true,
      },
    }),
  ]);
  const related = [...decisions, ...executions];
  const present = (ids: (string | null)[]): string[] => ids.filter((id) => id !== null);
  const [names, reasonOf] = await Promise.all([
    loadTriggerAndActionNames(ctx, {
      triggerIds: present(related.map((item) => item.triggerId)),
      actionIds: present(related.map((item) => item.actionId)),
    }),
    loadStatusReasons(ctx, executions),
  ]);
  return {
    ...base,
    ...visibleState(eventSource, state, bodiesVisible),
    bodiesVisible,
    revisions,
    decisions: decisions.map(({ triggerId, actionId, seen, ...decision }) => ({
      ...decision,
      label: getStoredDecisionLabel(decision.kind),
      reason: describeDecisionReason(decision.reason, seen, bodiesVisible),
      trigger: triggerId === null ? null : names.trigger(triggerId),
      action: actionId === null ? null : names.action(actionId),
    })),
    executions: executions.map((execution) => {
      const { id, status, attemptCount, triggerId, actionId, createdAt, finishedAt } = execution;
      const trigger = names.trigger(triggerId);
      return {
        id,
        status,
        attemptCount,
        ...reasonOf({ ...execution, triggerDeleted: trigger.deleted }),
        trigger,
        action: names.action(actionId),
        createdAt,
        finishedAt,
      };
    }),
  };
}

/**
 * Returns the part of a stored state that the reader may see. `state` is null if the content was removed or the event
 * source is unknown.
 */
function visibleState(
  eventSource: string,
  state: string | null,
  bodiesVisible: boolean,
): Pick<ObservationDetail, "state" | "jsonTexts" | "storedPart" | "costNote"> {
  const source = getEventSource(eventSource);
  if (state === null || !source) return { state: null, jsonTexts: [], storedPart: null, costNote: null };
  const payload = parseJson(state);
  return {
    state: stringifyJson(source.shown(payload, bodiesVisible)),
    jsonTexts: bodiesVisible ? source.jsonTexts(payload) : [],
    storedPart: source.storedPart?.(payload) ?? null,
    costNote: source.columns.find(({ id }) => id === "totalCost")?.note?.(payload) ?? null,
  };
}
