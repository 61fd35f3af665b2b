import { describeDecisionReason } from "@/domain/decide";
import { findStatusAfterMove } from "@/domain/execution";
import { AttemptRequestRecord, ResponseHeaders } from "@/domain/execution-record";
import type { HeaderList } from "@/domain/header-list";
import { listHeadersShownWithoutBody, maskSecretHeaders } from "@/domain/mask-secrets";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { hasPermission, requirePermission } from "../access";
import { filterEvaluatorsOf } from "../redaction/hashed-filters";
import { makeAttemptUrlFiller } from "./attempt-urls";
import { getStoredDecisionLabel } from "./stored-decision-label";
import { explainFilter, type FilterExplanation } from "./explain-filter";
import { type ExecutionListItem, executionSelect, makeListItemsOfExecutionRows } from "./execution-items";
import { describeResendRefusal } from "./resend-refusal";

const DECISIONS_MAX = 50;
const ATTEMPTS_MAX = 200;

type AttemptView = {
  id: string;
  number: number;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "UNKNOWN";
  request: AttemptRequestRecord;
  responseStatus: number | null;
  responseHeaders: HeaderList | null;
  /** the body of the response; null if none is stored, or if the reader lacks the permission `body:read` */
  responseBody: string | null;
  responseTruncated: boolean;
  errorCode: string | null;
  message: string | null;
  durationMs: number | null;
  startedAt: Date;
  finishedAt: Date | null;
};

export type DecisionSummary = {
  id: string;
  eventId: string;
  kind: string;
  label: string;
  reason: string;
  triggerVersion: number | null;
  createdAt: Date;
};

export type ExecutionDetail = Omit<ExecutionListItem, "observation"> & {
  triggerVersion: number;
  eventId: string;
  /**
   * the request body, or the envelope as long as no attempt has rendered the template; null if the reader lacks the
   * permission `body:read`, or the body was removed
   */
  input: string | null;
  bodiesVisible: boolean;
  bodyRemoved: boolean;
  cancelledBy: "SYSTEM" | "USER" | null;
  inputFrozenAt: Date | null;
  /** the URL of the execution's page in the browser */
  url: string;
  attempts: AttemptView[];
  decisions: DecisionSummary[];
  /**
   * how the filter that fired evaluates the subject's current state; if the trigger's version that fired is no longer
   * stored, its current filter; null if the trigger is gone
   */
  explanation: FilterExplanation | null;
  /**
   * how the trigger's current filter evaluates the same state; null if the trigger has not changed since it fired, or
   * if `explanation` used the current filter already
   */
  explanationToday: FilterExplanation | null;
  observation: {
    id: string;
    name: string | null;
    environment: string | null;
    type: string | null;
    traceId: string | null;
    sessionId: string | null;
  } | null;
  can: { cancel: boolean; resend: boolean; resendRefusal: string | null };
};

/**
 * Returns one execution with its latest 200 attempts, the latest 50 decisions about it, and the evaluation of the
 * trigger's filter.
 */
export async function getExecution(ctx: ProjectContext, input: { executionId: string }): Promise<ExecutionDetail> {
  requirePermission(ctx, "project:read");
  const bodiesVisible = hasPermission(ctx, "body:read");
  const row = await ctx.db.actionExecution.findFirst({
    where: { id: input.executionId, projectId: ctx.projectId },
    select: {
      ...executionSelect,
      triggerVersion: true,
      eventId: true,
      input: true,
      cancelledBy: true,
      inputFrozenAt: true,
    },
  });
  if (!row) throw makeNotFoundError("execution");
  const { triggerVersion, eventId, input: bytes, cancelledBy, inputFrozenAt, ...base } = row;
  const [[item], attempts, decisions, trigger, fired, action, subject] = await Promise.all([
    makeListItemsOfExecutionRows(ctx, [base]),
    attemptsOf(ctx, row, bodiesVisible),
    decisionsOf(ctx, row.id, bodiesVisible),
    ctx.db.triggerConfiguration.findFirst({
      where: { id: row.triggerId, projectId: ctx.projectId },
      select: { filter: true, version: true },
    }),
    ctx.db.configurationVersion.findFirst({
      where: { targetId: row.triggerId, version: triggerVersion, projectId: ctx.projectId, kind: "trigger" },
      select: { snapshot: true },
    }),
    ctx.db.actionConfiguration.findFirst({
      where: { id: row.actionId, projectId: ctx.projectId },
      select: { deletedAt: true, disabledAt: true },
    }),
    subjectOf(ctx, row.eventSource, row.sourceId),
  ]);
  const refusal = describeResendRefusal({
    status: row.status,
    hasInput: bytes !== null,
    actionDeleted: action?.deletedAt !== null,
    actionOff: action?.disabledAt != null,
  });
  const mayAct = hasPermission(ctx, "execution:act");
  const filters = await filterEvaluatorsOf(ctx, ctx.projectId);
  const firedFilter = (fired?.snapshot as { filter?: unknown } | null | undefined)?.filter;
  const explain = (filter: unknown, triggerChanged: boolean): Promise<FilterExplanation> =>
    filters.withFilters({ projectId: ctx.projectId, purpose: "people" }, { eventSource: row.eventSource }, (look) =>
      explainFilter(
        {
          eventSource: row.eventSource,
          filter,
          state: subject?.state ?? null,
          triggerChanged,
          seesBodies: bodiesVisible,
        },
        look,
      ),
    );
  const hasChanged = trigger !== null && trigger.version !== triggerVersion;
  return {
    ...item!,
    triggerVersion,
    eventId,
    input: bodiesVisible ? bytes : null,
    bodiesVisible,
    bodyRemoved: bytes === null,
    cancelledBy,
    inputFrozenAt,
    url: `${ctx.env.appUrl}/projects/${ctx.projectId}/executions/${row.id}`,
    attempts,
    decisions,
    explanation: trigger && (await explain(firedFilter ?? trigger.filter, hasChanged && firedFilter === undefined)),
    explanationToday: hasChanged && firedFilter !== undefined ? await explain(trigger.filter, false) : null,
    observation: subject && {
      id: subject.id,
      name: subject.name,
      environment: subject.environment,
      type: subject.type,
      traceId: subject.traceId,
      sessionId: subject.sessionId,
    },
    can: {
      cancel:
        mayAct &&
        (findStatusAfterMove(row.status, "cancel") !== null ||
          (row.status === "RUNNING" && row.cancelRequestedAt === null)),
      resend: mayAct && refusal === null,
      resendRefusal: refusal,
    },
  };
}

async function attemptsOf(
  ctx: ProjectContext,
  { id: executionId, actionId }: { id: string; actionId: string },
  bodiesVisible: boolean,
): Promise<AttemptView[]> {
  const rows = await ctx.db.actionAttempt.findMany({
    where: { executionId, projectId: ctx.projectId },
    orderBy: { number: "desc" },
    take: ATTEMPTS_MAX,
    select: {
      id: true,
      number: true,
      status: true,
      request: true,
      responseStatus: true,
      responseHeaders: true,
      responseBody: bodiesVisible,
      responseTruncated: true,
      errorCode: true,
      message: true,
      durationMs: true,
      startedAt: true,
      finishedAt: true,
    },
  });
  const requests = new Map(rows.map(({ id, request }) => [id, AttemptRequestRecord.parse(request)]));
  const urls = await makeAttemptUrlFiller(ctx, { actionId, requests: [...requests.values()] });
  return rows.reverse().map((row) => ({
    ...row,
    request: urls(requests.get(row.id)!),
    responseHeaders: visibleHeaders(row.responseHeaders, bodiesVisible),
    responseBody: row.responseBody ?? null,
  }));
}

function visibleHeaders(stored: unknown, bodiesVisible: boolean): HeaderList | null {
  const headers = ResponseHeaders.parse(stored);
  return headers && maskSecretHeaders(bodiesVisible ? headers : listHeadersShownWithoutBody(headers));
}

async function decisionsOf(ctx: ProjectContext, executionId: string, seesBodies: boolean): Promise<DecisionSummary[]> {
  const rows = await ctx.db.decision.findMany({
    where: { executionId, projectId: ctx.projectId },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: DECISIONS_MAX,
    select: { id: true, eventId: true, kind: true, reason: true, seen: true, triggerVersion: true, createdAt: true },
  });
  return rows.map(({ seen, ...row }) => ({
    ...row,
    label: getStoredDecisionLabel(row.kind),
    reason: describeDecisionReason(row.reason, seen, seesBodies),
  }));
}

const subjectOf = (ctx: ProjectContext, eventSource: string, id: string) =>
  ctx.db.observation.findUnique({
    where: { projectId_eventSource_id: { projectId: ctx.projectId, eventSource, id } },
    select: { id: true, name: true, environment: true, type: true, traceId: true, sessionId: true, state: true },
  });
