import { LastAttemptError, LastAttemptHttpStatus } from "@/domain/execution-record";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { loadTriggerAndActionNames, type NamedTriggerOrAction } from "../load-trigger-and-action-names";
import { loadStatusReasons, statusReasonSelect, type ExecutionStatusReason } from "./load-status-reasons";

export const executionSelect = {
  ...statusReasonSelect,
  triggerId: true,
  eventSource: true,
  sourceId: true,
  attemptCount: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  cancelRequestedAt: true,
  output: true,
  error: true,
  responseCode: true,
  errorCode: true,
} satisfies Prisma.ActionExecutionSelect;
export type ExecutionRow = Prisma.ActionExecutionGetPayload<{ select: typeof executionSelect }>;

export type ExecutionListItem = Omit<
  ExecutionRow,
  "triggerId" | "actionId" | "output" | "error" | "statusReason" | "statusSeen"
> &
  ExecutionStatusReason & {
    trigger: NamedTriggerOrAction;
    action: NamedTriggerOrAction;
    output: LastAttemptHttpStatus;
    error: LastAttemptError;
    /** values of the subject's current state; null if the subject is no longer stored */
    observation: { name: string | null; environment: string | null; traceId: string | null } | null;
    /** the duration of the last attempt, ms; null if no attempt has been made, or if the last one has not ended */
    lastAttemptMs: number | null;
  };

/** Reads the executions of the project with these ids, newest first. */
export const readExecutionRows = (ctx: ProjectContext, ids: readonly string[]): Promise<ExecutionRow[]> =>
  ctx.db.actionExecution.findMany({
    where: { id: { in: [...ids] }, projectId: ctx.projectId },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    select: executionSelect,
  });

/**
 * Turns execution rows into items of the list: adds the names of trigger and action, the reason of a wait, the subject
 * and the last attempt's duration.
 */
export async function makeListItemsOfExecutionRows(
  ctx: ProjectContext,
  rows: readonly ExecutionRow[],
): Promise<ExecutionListItem[]> {
  const [names, reasonOf, subjects, durations] = await Promise.all([
    loadTriggerAndActionNames(ctx, {
      triggerIds: rows.map((row) => row.triggerId),
      actionIds: rows.map((row) => row.actionId),
    }),
    loadStatusReasons(ctx, rows),
    subjectsOf(ctx, rows),
    lastDurations(ctx, rows),
  ]);
  return rows.map(({ triggerId, actionId, output, error, statusSeen, ...row }) => {
    const trigger = names.trigger(triggerId);
    return {
      ...row,
      ...reasonOf({ ...row, actionId, statusSeen, triggerDeleted: trigger.deleted }),
      trigger,
      action: names.action(actionId),
      output: LastAttemptHttpStatus.parse(output),
      error: LastAttemptError.parse(error),
      observation: subjects.get(keyOf(row)) ?? null,
      lastAttemptMs: durations.get(row.id) ?? null,
    };
  });
}

const keyOf = ({ eventSource, sourceId }: { eventSource: string; sourceId: string }): string =>
  `${eventSource}\n${sourceId}`;

async function subjectsOf(ctx: ProjectContext, rows: readonly ExecutionRow[]) {
  const found = await ctx.db.observation.findMany({
    where: {
      projectId: ctx.projectId,
      eventSource: { in: [...new Set(rows.map((row) => row.eventSource))] },
      id: { in: [...new Set(rows.map((row) => row.sourceId))] },
    },
    select: { eventSource: true, id: true, name: true, environment: true, traceId: true },
  });
  return new Map(found.map(({ eventSource, id, ...rest }) => [keyOf({ eventSource, sourceId: id }), rest]));
}

async function lastDurations(ctx: ProjectContext, rows: readonly ExecutionRow[]): Promise<Map<string, number | null>> {
  const sent = rows.filter(({ attemptCount }) => attemptCount > 0);
  if (sent.length === 0) return new Map();
  const found = await ctx.db.$queryRaw<{ id: string; durationMs: number | null }[]>`
    SELECT t.execution_id AS id, t.duration_ms AS "durationMs" FROM action_attempt t
    JOIN unnest(${sent.map(({ id }) => id)}::text[], ${sent.map((row) => row.attemptCount)}::int[]) AS s(id, number)
      ON s.id = t.execution_id AND s.number = t.number
    WHERE t.project_id = ${ctx.projectId}`;
  return new Map(found.map(({ id, durationMs }) => [id, durationMs]));
}
