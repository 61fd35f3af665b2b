import { findAttemptErrorFacts, classifyAttemptError, wasEndpointTried, type ErrorKind } from "@/domain/attempt-error";
import {
  findLatencyBucket,
  DELAY_BUCKET_ENDS_MS,
  DELAY_BUCKET_COUNT,
  LATENCY_BUCKET_COUNT,
} from "@/domain/delivery-statistics";
import { findStatusAfterMove } from "@/domain/execution";
import type { HeaderList } from "@/domain/header-list";
import { maskSecretHeaders } from "@/domain/mask-secrets";
import { readOutcomeCode, decideStepAfterAttempt, type StepAfterAttempt } from "@/domain/retry";
import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { toJsonParameter } from "@/server/db/json-parameter";
import { errorKindColumns } from "./error-kind-columns";
import type { AttemptResult, ActionForDelivery } from "./types";

/** An attempt's result, and the next step of its execution by the action's retry policy: done, a retry, or failed. */
export type AttemptWithNextStep = { result: AttemptResult; next: StepAfterAttempt };

export function decideNextStep(
  { configuration: read }: ActionForDelivery,
  result: AttemptResult,
  now: Date,
): AttemptWithNextStep {
  const policy = read.problem === null ? read.configuration.retry : { preset: "none" as const };
  const { attemptsSpent } = result.claimed;
  return {
    result,
    next: decideStepAfterAttempt({ policy, attemptsSpent, outcome: result.outcome, now, random: Math.random() }),
  };
}

type Row = {
  attemptId: string;
  actionId: string;
  executionId: string;
  leaseToken: string;
  request: Record<string, unknown>;
  succeeded: boolean;
  /**
   * the next status of the execution; if somebody asked to cancel it meanwhile, the statement writes CANCELLED instead
   * of PENDING or ERROR
   */
  status: "COMPLETED" | "PENDING" | "ERROR";
  reason: string;
  dueAt: Date | null;
  output: { status: number; durationMs: number } | null;
  error: { code: string | null; message: string } | null;
  responseStatus: number | null;
  responseHeaders: HeaderList | null;
  responseBody: string | null;
  responseTruncated: boolean;
  errorCode: string | null;
  message: string;
  durationMs: number;
  /**
   * whether the action's statistics count the attempt; they leave out attempts that failed because this program was
   * overloaded
   */
  counts: boolean;
  /** the kind of error, such as `timeout`; null for a successful attempt */
  kind: ErrorKind | null;
  /** the bucket of the attempt's duration in the latency histogram; null if no request was sent */
  bucket: number | null;
};

const columns = Object.entries(errorKindColumns).map(([kind, { column }]) => [kind, column] as const);
const KIND_COLUMNS = Prisma.raw(columns.map(([, column]) => column).join(", "));
/** SQL that counts the finished attempts of each kind of error. */
const KIND_COUNTS = Prisma.raw(
  columns.map(([kind, column]) => `count(*) FILTER (WHERE f.kind = '${kind}') AS ${column}`).join(", "),
);
/**
 * SQL for the seconds from the receipt of an event to its delivery, without the trigger's configured delay. Null unless
 * the execution completed; also null for resends, for backfills, and if a newer event of the subject has arrived. It
 * costs two look-ups by primary key.
 */
const latencyOf = (now: Date): Prisma.Sql => Prisma.sql`
  CASE WHEN e.status = 'COMPLETED' AND e.job_id IS NULL AND NOT e.is_resend THEN (
    SELECT (extract(epoch FROM ${now}::timestamptz) - o.order_received / 1e6 - t.delay_seconds)::float8
    FROM observation o, trigger_configuration t
    WHERE o.project_id = e.project_id AND o.event_source = e.event_source AND o.id = e.source_id
      AND o.last_event_id = e.event_id
      AND t.id = e.trigger_id) END`;
const KINDS_OR_ZERO = Prisma.raw(columns.map(([, column]) => `coalesce(a.${column}, 0) AS ${column}`).join(", "));
const KIND_SUMS = Prisma.raw(columns.map(([, column]) => `${column} = h.${column} + excluded.${column}`).join(", "));

/** The upper bounds of the delay histogram's buckets, ms, for PostgreSQL's function width_bucket. */
const DELAY_LIMITS = Prisma.raw(`ARRAY[${DELAY_BUCKET_ENDS_MS.join(", ")}]::numeric[]`);
/** SQL of an aggregate that counts rows by the value of a column, 0 and up. */
const histogramOf = (column: string, buckets: number): Prisma.Sql => {
  const counts = Array.from({ length: buckets }, (_, n) => `count(*) FILTER (WHERE ${column} = ${n})`);
  return Prisma.raw(`ARRAY[${counts.join(", ")}]::int[]`);
};
const zeros = (buckets: number): Prisma.Sql => Prisma.raw(`array_fill(0, ARRAY[${buckets}])`);
/** SQL that adds a new histogram to the histogram in a stored row, bucket by bucket. */
const sumOf = (column: string): Prisma.Sql =>
  Prisma.raw(
    `(SELECT array_agg(coalesce(u.old, 0) + coalesce(u.new, 0) ORDER BY u.n)
      FROM unnest(h.${column}, excluded.${column}) WITH ORDINALITY AS u(old, new, n))`,
  );

/**
 * Records the results of attempts of one project in one statement. It updates the attempts, their executions, and the
 * counters of their actions and triggers. If an attempt has lost its lease, its execution stays unchanged. Recording a
 * result a second time changes and counts nothing.
 * @returns ids of the attempts whose results this call recorded for the first time
 */
export async function recordAttempts(
  ctx: ServiceContext,
  projectId: string,
  judged: readonly AttemptWithNextStep[],
): Promise<ReadonlySet<string>> {
  const now = ctx.now();
  const json = toJsonParameter(judged.map(toRow));
  // All statements of deliveries lock in this order, against deadlocks: executions by id, then attempts, then counters.
  const finished = await ctx.db.$queryRaw<FinishedAttempt[]>`/* prepared */
    WITH r AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${json}::json) AS r("attemptId" text, "actionId" text, "executionId" text,
        "leaseToken" text, request jsonb, succeeded bool, status text,
        reason text, "dueAt" timestamptz, output jsonb, error jsonb, "responseStatus" int, "responseHeaders" jsonb,
          "responseBody" text,
        "responseTruncated" bool, "errorCode" text, message text, "durationMs" int, counts bool, kind text, bucket int)
    ), locked AS MATERIALIZED (
      SELECT e.id FROM action_execution e WHERE e.id IN (SELECT "executionId" FROM r) ORDER BY e.id FOR NO KEY UPDATE
    ), finished AS (
      UPDATE action_attempt AS t SET
        status = CASE WHEN r.succeeded THEN 'SUCCEEDED' ELSE 'FAILED' END::attempt_status,
          response_status = r."responseStatus",
        request = CASE WHEN jsonb_exists(t.request, 'expunged') THEN t.request ELSE r.request END,
        response_headers = CASE WHEN jsonb_exists(t.request, 'expunged') THEN NULL ELSE r."responseHeaders" END,
        response_body = CASE WHEN jsonb_exists(t.request, 'expunged') THEN NULL ELSE r."responseBody" END,
          response_truncated = r."responseTruncated",
        error_code = r."errorCode", message = r.message, duration_ms = r."durationMs", finished_at = ${now}
      FROM r WHERE t.id = r."attemptId" AND t.status IN ('RUNNING', 'UNKNOWN') AND (SELECT count(*) FROM locked) > 0
      RETURNING t.id, t.execution_id, r."actionId" AS action_id, r.succeeded, r.counts, r.kind, r.bucket
    ), moved AS (
      UPDATE action_execution AS e SET
        status = CASE WHEN e.cancel_requested_at IS NOT NULL AND r.status <> 'COMPLETED' THEN 'CANCELLED'
          ELSE r.status END::execution_status,
        status_reason = CASE WHEN e.cancel_requested_at IS NOT NULL AND r.status <> 'COMPLETED'
          THEN 'Cancelled while an attempt was under way; it failed.' ELSE r.reason END,
        due_at = coalesce(r."dueAt", e.due_at), output = r.output, error = r.error, response_code = r."responseStatus",
          error_code = r."errorCode", lease_token = NULL, lease_expires_at = NULL, updated_at = ${now},
        finished_at = CASE WHEN r.status = 'PENDING' AND e.cancel_requested_at IS NULL THEN NULL
          ELSE ${now}::timestamptz END
      FROM r WHERE e.id = r."executionId" AND e.status = 'RUNNING' AND e.lease_token = r."leaseToken"
        AND (SELECT count(*) FROM locked) > 0
      RETURNING e.id, e.action_id, e.trigger_id, e.status,
        CASE WHEN e.status = 'COMPLETED' AND NOT e.is_resend THEN
          width_bucket((extract(epoch FROM ${now}::timestamptz - e.created_at) * 1000)::numeric, ${DELAY_LIMITS})
          END AS delay,
        ${latencyOf(now)} AS latency
    ), attempts AS (
      SELECT f.action_id, count(*) AS attempts, count(*) FILTER (WHERE f.succeeded) AS succeeded, ${KIND_COUNTS},
        ${histogramOf("f.bucket", LATENCY_BUCKET_COUNT)} AS latency
      FROM finished f WHERE f.counts GROUP BY f.action_id
    ), ended AS (
      SELECT m.action_id, count(*) FILTER (WHERE m.status = 'ERROR') AS failed,
        ${histogramOf("m.delay", DELAY_BUCKET_COUNT)} AS delays
      FROM moved m WHERE m.status IN ('COMPLETED', 'ERROR') GROUP BY m.action_id
    ), counted AS MATERIALIZED (
      SELECT action_id, coalesce(a.attempts, 0) AS attempts, coalesce(a.succeeded, 0) AS succeeded, ${KINDS_OR_ZERO},
        coalesce(a.latency, ${zeros(LATENCY_BUCKET_COUNT)}) AS latency, coalesce(e.failed, 0) AS failed,
        coalesce(e.delays, ${zeros(DELAY_BUCKET_COUNT)}) AS delays
      FROM attempts a FULL JOIN ended e USING (action_id)
    ), hours AS (
      INSERT INTO action_hour AS h (action_id, hour, project_id, attempts, succeeded, ${KIND_COLUMNS}, latency, failed,
        delays)
      SELECT action_id, date_trunc('hour', ${now}::timestamptz, 'UTC'), ${projectId}, attempts, succeeded,
        ${KIND_COLUMNS}, latency, failed, delays
      FROM counted ORDER BY action_id COLLATE "C"
      ON CONFLICT (action_id, hour) DO UPDATE
        SET attempts = h.attempts + excluded.attempts, succeeded = h.succeeded + excluded.succeeded, ${KIND_SUMS},
        failed = h.failed + excluded.failed, latency = ${sumOf("latency")}, delays = ${sumOf("delays")}
      RETURNING 1
    ), minutes AS (
      INSERT INTO action_minute AS h (action_id, minute, project_id, attempts, succeeded, failed, delays)
      SELECT action_id, date_trunc('minute', ${now}::timestamptz, 'UTC'), ${projectId}, attempts, succeeded, failed,
        delays
      FROM counted WHERE (SELECT count(*) FROM hours) >= 0 ORDER BY action_id COLLATE "C"
      ON CONFLICT (action_id, minute) DO UPDATE
        SET attempts = h.attempts + excluded.attempts, succeeded = h.succeeded + excluded.succeeded,
        failed = h.failed + excluded.failed, delays = ${sumOf("delays")}
      RETURNING 1
    ), ends AS (
      INSERT INTO trigger_counter AS c (trigger_id, hour, project_id, delivered, failed)
      SELECT m.trigger_id, date_trunc('hour', ${now}::timestamptz, 'UTC'), ${projectId},
        count(*) FILTER (WHERE m.status = 'COMPLETED'), count(*) FILTER (WHERE m.status = 'ERROR')
      FROM moved m WHERE m.status IN ('COMPLETED', 'ERROR') AND (SELECT count(*) FROM minutes) >= 0
      GROUP BY m.trigger_id ORDER BY m.trigger_id COLLATE "C"
      ON CONFLICT (trigger_id, hour) DO UPDATE
        SET delivered = c.delivered + excluded.delivered, failed = c.failed + excluded.failed
    )
    SELECT f.id, f.kind, f.succeeded, m.status::text, m.latency FROM finished f
      LEFT JOIN moved m ON m.id = f.execution_id`;
  countFinished(ctx, finished);
  ctx.live.touch(
    projectId,
    "executions",
    judged.map(({ result }) => result.claimed.id),
  );
  return new Set(finished.map(({ id }) => id));
}

/**
 * A recorded attempt. `status` and `latency` belong to its execution. Both are null if the execution did not change,
 * and `latency` is also null where `deriveLatency` gives null.
 */
type FinishedAttempt = {
  id: string;
  kind: ErrorKind | null;
  succeeded: boolean;
  status: string | null;
  /** seconds */
  latency: number | null;
};

function countFinished({ metrics }: ServiceContext, finished: readonly FinishedAttempt[]): void {
  for (const { succeeded, kind, status, latency } of finished) {
    metrics.attempt(succeeded ? "success" : (kind ?? "other"));
    if (status !== null && status !== "PENDING") metrics.executionEnded(status);
    if (latency !== null) metrics.delivered(latency);
  }
}

function toRow({ result, next }: AttemptWithNextStep): Row {
  const { claimed, response } = result;
  const move = next.result === "succeeded" ? "succeed" : next.result === "retry" ? "retry" : "fail";
  const succeeded = next.result === "succeeded";
  const errorCode = readOutcomeCode(result.outcome);
  const durationMs = Math.round(result.durationMs);
  return {
    attemptId: claimed.attemptId,
    actionId: claimed.actionId,
    executionId: claimed.id,
    leaseToken: claimed.leaseToken,
    request: result.request,
    succeeded,
    status: findStatusAfterMove("RUNNING", move) as Row["status"],
    reason: next.reason,
    dueAt: next.result === "retry" ? next.at : null,
    output: response && { status: response.status, durationMs },
    error: succeeded ? null : { code: errorCode, message: result.message },
    responseStatus: response?.status ?? null,
    responseHeaders: response ? maskSecretHeaders(response.headers) : null,
    responseBody: response?.body ?? null,
    responseTruncated: response?.truncated ?? false,
    errorCode,
    message: result.message,
    durationMs,
    counts: findAttemptErrorFacts(errorCode)?.isOverload !== true,
    kind: succeeded ? null : classifyAttemptError(errorCode),
    bucket: wasEndpointTried(errorCode) ? findLatencyBucket(durationMs) : null,
  };
}
