import { describeReason } from "@/domain/decide";
import { DEFAULT_EVENT_SOURCE, getEventSource } from "@/domain/event-source/registry";
import type { ExecutionStatus } from "@/domain/execution";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import type { ProjectContext } from "@/server/context";
import { notFound } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";
import { decisionLabel, type DecisionView } from "../executions/get";
import { loadConfigurationNames, type Named } from "../configuration-names";
import { observationSelect, type ObservationListItem } from "./list";

const RELATED_MAX = 100;
export type ObservationDetail = ObservationListItem & {
  /**
   * The observation's latest state as JSON text. Readers without permission for bodies get it without input, output and
   * metadata. An object would lose digits on its way, and superjson refuses members with names such as `constructor`.
   */
  state: string | null;
  /** places with JSON text that a filter can read by key: `metadata.attributes`; empty if bodies are hidden */
  jsonTexts: string[];
  /** the part that is stored, where no trigger matched and the project stores less; null: all of it */
  storedPart: "cut" | "columns" | null;
  /** how the cost was computed; null if the sender told it, or nobody knows it */
  costNote: string | null;
  bodiesVisible: boolean;
  revisions: { eventId: string; outcome: "APPLIED" | "UNCHANGED" | "OLDER"; orderAt: Date; receivedAt: Date }[];
  decisions: (DecisionView & { trigger: Named | null; action: Named | null; executionId: string | null })[];
  executions: {
    id: string;
    status: ExecutionStatus;
    statusReason: string;
    trigger: Named;
    action: Named;
    createdAt: Date;
    finishedAt: Date | null;
  }[];
};

/** One observation: its state, the outcome of each event, and its decisions. */
export async function getObservation(
  ctx: ProjectContext,
  input: { observationId: string; eventSource?: string | undefined },
): Promise<ObservationDetail> {
  requirePermission(ctx, "project:read");
  const bodiesVisible = hasPermission(ctx, "body:read");
  const { projectId } = ctx;
  const eventSource = input.eventSource ?? DEFAULT_EVENT_SOURCE;
  const row = await ctx.db.observation.findUnique({
    where: { projectId_eventSource_id: { projectId, eventSource, id: input.observationId } },
    select: { ...observationSelect, state: true },
  });
  if (!row) throw notFound("observation");
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
        id: true,
        status: true,
        statusReason: true,
        statusSeen: true,
        triggerId: true,
        actionId: true,
        createdAt: true,
        finishedAt: true,
      },
    }),
  ]);
  const related = [...decisions, ...executions];
  const present = (ids: (string | null)[]): string[] => ids.filter((id) => id !== null);
  const names = await loadConfigurationNames(ctx, {
    triggerIds: present(related.map((item) => item.triggerId)),
    actionIds: present(related.map((item) => item.actionId)),
  });
  return {
    ...base,
    ...visibleState(eventSource, state, bodiesVisible),
    bodiesVisible,
    revisions,
    decisions: decisions.map(({ triggerId, actionId, seen, ...decision }) => ({
      ...decision,
      label: decisionLabel(decision.kind),
      reason: describeReason(decision.reason, seen, bodiesVisible),
      trigger: triggerId === null ? null : names.trigger(triggerId),
      action: actionId === null ? null : names.action(actionId),
    })),
    executions: executions.map(({ triggerId, actionId, statusReason, statusSeen, ...execution }) => ({
      ...execution,
      statusReason: describeReason(statusReason, statusSeen, bodiesVisible),
      trigger: names.trigger(triggerId),
      action: names.action(actionId),
    })),
  };
}

/** The visible part of a stored payload. Null if the event source is not registered any more. */
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
