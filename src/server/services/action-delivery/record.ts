import { readConfiguration } from "@/domain/action/read-configuration";
import type { HeaderList } from "@/domain/header-list";
import { transition } from "@/domain/execution";
import { redactHeaders } from "@/domain/redact";
import { nextAttempt, type NextAttempt } from "@/domain/retry";
import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import type { DispatchItem } from "../action-creation/types";
import { writeEnds } from "../action-creation/write";
import { requestEnding } from "../executions/end-waiting";
import type { StartedJob } from "../jobs/request";
import { settle } from "./endpoint";
import { act } from "./switch-off";
import { addStatistics } from "./statistics";
import type { AttemptResult, Verdict } from "./types";

/** Who takes an execution that will be tried again: the run that made the attempt, or one of its own. */
export type RetryBy = "same run" | "own run";

export type Recorded = {
  /** executions that have moved: fewer than the results where a lease was lost */
  moved: number;
  verdicts: Verdict[];
  /** with "own run": executions to dispatch, their generation raised already */
  retries: DispatchItem[];
};

type Row = {
  attemptId: string;
  executionId: string;
  leaseToken: string;
  succeeded: boolean;
  /** a status, or CANCELLED where a cancel was asked for meanwhile */
  status: "COMPLETED" | "PENDING" | "ERROR";
  reason: string;
  dueAt: Date | null;
  responseStatus: number | null;
  responseHeaders: HeaderList | null;
  responseBody: string | null;
  responseTruncated: boolean;
  errorCode: string | null;
  message: string;
  durationMs: number;
};

/**
 * Writes what came back of several attempts, in one transaction. The execution moves only where the attempt still
 * holds its lease; a late result is kept on its attempt and changes nothing else.
 */
export async function record(
  ctx: ServiceContext,
  results: readonly AttemptResult[],
  retryBy: RetryBy,
): Promise<Recorded> {
  if (results.length === 0) return { moved: 0, verdicts: [], retries: [] };
  const now = ctx.now();
  const judged = results.map((result) => ({ result, next: judge(result, now) }));
  const rows = judged.map(({ result, next }) => toRow(result, next));
  const raise = retryBy === "own run" ? 1 : 0;

  const { moved, jobs } = await ctx.db.$transaction(async (tx) => {
    await lockExecutions(
      tx,
      rows.map((row) => row.executionId),
    );
    const finished = await finishAttempts(tx, rows, now);
    const updated = await moveExecutions(tx, rows, raise, now);
    const jobs = await settleEndpoints(tx, ctx, judged, rows, finished, now);
    const owners = new Map(results.map(({ claimed }) => [claimed.id, claimed]));
    await writeEnds(
      tx,
      updated.map(({ id, status }) => ({
        projectId: owners.get(id)!.projectId,
        triggerId: owners.get(id)!.triggerId,
        status,
      })),
      now,
    );
    return { moved: updated, jobs };
  });
  await requestEnding(ctx, jobs);

  for (const projectId of new Set(results.map(({ claimed }) => claimed.projectId)))
    ctx.live.touch(projectId, "executions");
  const byId = new Map(moved.map((row) => [row.id, row]));
  const out: Recorded = { moved: moved.length, verdicts: [], retries: [] };
  for (const { claimed } of results) {
    const row = byId.get(claimed.id);
    const { id: executionId, projectId, generation, actionId } = claimed;
    if (row?.status !== "PENDING") out.verdicts.push({ executionId, generation, result: "finished" });
    else if (retryBy === "same run")
      out.verdicts.push({ executionId, generation, result: "again", at: row.dueAt.toISOString() });
    else
      out.retries.push({
        projectId,
        executionId,
        actionId,
        generation: row.generation,
        dueAt: row.dueAt.toISOString(),
        first: false,
      });
  }
  return out;
}

function judge(result: AttemptResult, now: Date): NextAttempt {
  const read = readConfiguration(result.claimed.actionType, result.claimed.configuration);
  const policy = read.problem === null ? read.type.retryOf(read.stored) : { preset: "none" as const };
  return nextAttempt({
    policy,
    attemptsSpent: result.claimed.attemptsSpent,
    outcome: result.outcome,
    now,
    random: Math.random(),
  });
}

function toRow(result: AttemptResult, next: NextAttempt): Row {
  const { claimed, outcome, response } = result;
  const move = next.result === "succeeded" ? "succeed" : next.result === "retry" ? "retry" : "fail";
  return {
    attemptId: claimed.attemptId,
    executionId: claimed.id,
    leaseToken: claimed.leaseToken,
    succeeded: next.result === "succeeded",
    status: transition("RUNNING", move) as Row["status"],
    reason: next.reason,
    dueAt: next.result === "retry" ? next.at : null,
    responseStatus: response?.status ?? null,
    responseHeaders: response ? redactHeaders(response.headers) : null,
    responseBody: response?.body ?? null,
    responseTruncated: response?.truncated ?? false,
    errorCode:
      outcome.kind === "error"
        ? outcome.code
        : outcome.status >= 500
          ? "5xx"
          : outcome.status >= 400
            ? "4xx"
            : outcome.status >= 300
              ? "redirect"
              : null,
    message: result.message,
    durationMs: Math.round(result.durationMs),
  };
}

/** Executions before attempts, in id order: the sweeper and expunging take the same locks in this order. */
const lockExecutions = (tx: Queryable, ids: string[]): Promise<unknown> => tx.$queryRaw`
  SELECT 1 FROM action_execution WHERE id = ANY(${ids}::text[]) ORDER BY id FOR NO KEY UPDATE`;

/** The ids of those that are finished by this: a record that is repeated finishes none. */
async function finishAttempts(tx: Queryable, rows: readonly Row[], now: Date): Promise<ReadonlySet<string>> {
  // What came back may repeat a body that was expunged meanwhile.
  // An attempt that the sweeper has called unknown keeps what came back all the same: it is no longer unknown.
  const finished = await tx.$queryRaw<{ id: string }[]>`
    UPDATE action_attempt AS t SET
      status = CASE WHEN r.succeeded THEN 'SUCCEEDED' ELSE 'FAILED' END::attempt_status, response_status = r."responseStatus",
      response_headers = CASE WHEN jsonb_exists(t.request, 'expunged') THEN NULL ELSE r."responseHeaders" END,
      response_body = CASE WHEN jsonb_exists(t.request, 'expunged') THEN NULL ELSE r."responseBody" END, response_truncated = r."responseTruncated",
      error_code = r."errorCode", message = r.message, duration_ms = r."durationMs", finished_at = ${now}
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r("attemptId" text, succeeded bool, "responseStatus" int, "responseHeaders" jsonb,
      "responseBody" text, "responseTruncated" bool, "errorCode" text, message text, "durationMs" int)
    WHERE t.id = r."attemptId" AND t.status IN ('RUNNING', 'UNKNOWN')
    RETURNING t.id`;
  return new Set(finished.map(({ id }) => id));
}

type Judged = { result: AttemptResult; next: NextAttempt };

/** What the attempts say about their endpoints, each attempt once. In the order of the actions' ids, so that nobody waits in a circle. */
async function settleEndpoints(
  tx: Queryable,
  ctx: ServiceContext,
  judged: readonly Judged[],
  rows: readonly Row[],
  finished: ReadonlySet<string>,
  now: Date,
): Promise<StartedJob[]> {
  const jobs: StartedJob[] = [];
  const byAction = new Map<string, { judged: Judged[]; rows: Row[] }>();
  for (const [index, each] of judged.entries()) {
    const { claimed } = each.result;
    if (!finished.has(claimed.attemptId)) continue;
    const group = byAction.get(claimed.actionId) ?? { judged: [], rows: [] };
    group.judged.push(each);
    group.rows.push(rows[index]!);
    byAction.set(claimed.actionId, group);
  }
  for (const [actionId, group] of [...byAction].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const owner = { projectId: group.judged[0]!.result.claimed.projectId, actionId };
    const notices = await settle(
      tx,
      owner,
      group.judged.map(({ result }) => result),
      now,
    );
    await addStatistics(tx, owner, group.rows, now);
    // 410 Gone, or a header that asks for it, switches the action off at once.
    const asked = group.judged.find(({ next }) => next.result !== "retry" && next.disableAction);
    const started = await act(
      tx,
      ctx,
      owner,
      notices,
      asked ? { reason: asked.next.reason, executionId: asked.result.claimed.id } : null,
      now,
    );
    jobs.push(...started);
  }
  return jobs;
}

type Moved = { id: string; status: string; generation: number; dueAt: Date };

/** A success is COMPLETED even where a cancel was asked for; anything else is then CANCELLED, with no further attempt. */
async function moveExecutions(tx: Queryable, rows: readonly Row[], raise: number, now: Date): Promise<Moved[]> {
  const slim = rows.map(
    ({ executionId, leaseToken, status, reason, dueAt, responseStatus, errorCode, message, durationMs }) => ({
      executionId,
      leaseToken,
      status,
      reason,
      dueAt,
      output: responseStatus === null ? null : { status: responseStatus, durationMs },
      error: status === "COMPLETED" ? null : { code: errorCode, message },
    }),
  );
  return tx.$queryRaw<Moved[]>`
    UPDATE action_execution AS e SET
      status = CASE WHEN e.cancel_requested_at IS NOT NULL AND r.status <> 'COMPLETED' THEN 'CANCELLED' ELSE r.status END::execution_status,
      status_reason = CASE WHEN e.cancel_requested_at IS NOT NULL AND r.status <> 'COMPLETED' THEN 'Cancelled while an attempt was under way; it failed.' ELSE r.reason END,
      due_at = coalesce(r."dueAt", e.due_at),
      generation = CASE WHEN r.status = 'PENDING' AND e.cancel_requested_at IS NULL THEN e.generation + ${raise}::int ELSE e.generation END,
      dispatched_at = CASE WHEN r.status = 'PENDING' AND ${raise}::int > 0 THEN NULL ELSE e.dispatched_at END,
      output = r.output, error = r.error, lease_token = NULL, lease_expires_at = NULL, updated_at = ${now},
      finished_at = CASE WHEN r.status = 'PENDING' AND e.cancel_requested_at IS NULL THEN NULL ELSE ${now}::timestamptz END
    FROM json_to_recordset(${JSON.stringify(slim)}::json) AS r("executionId" text, "leaseToken" text, status text, reason text, "dueAt" timestamptz, output jsonb, error jsonb)
    WHERE e.id = r."executionId" AND e.status = 'RUNNING' AND e.lease_token = r."leaseToken"
    RETURNING e.id, e.status::text AS status, e.generation, e.due_at AS "dueAt"`;
}
