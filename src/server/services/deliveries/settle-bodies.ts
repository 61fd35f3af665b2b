import type { ServiceContext } from "@/server/context";
import type { MadeBody } from "./make-bodies";
import type { ClaimedExecution } from "./types";

/** How long an execution waits whose project has used up its time for templates, and how much longer each one after it. */
const NO_TIME_WAIT_MS = 5_000;
const NO_TIME_STEP_MS = 300;
const NO_TIME = "Waits: the templates of its project have used up their time for now. No attempt is spent meanwhile.";

/**
 * Freezes bodies that a template made: every later attempt sends the same bytes.
 * @returns ids of the executions that still hold their lease; the others are not sent
 */
export async function freezeBodies(
  ctx: ServiceContext,
  made: readonly { claimed: ClaimedExecution; body: MadeBody & { ok: true } }[],
): Promise<ReadonlySet<string>> {
  const rows = made.map(({ claimed, body }) => ({ id: claimed.id, token: claimed.leaseToken, input: body.body }));
  const frozen = await ctx.db.$queryRaw<{ id: string }[]>`
    UPDATE action_execution AS e SET input = r.input, input_frozen_at = ${ctx.now()}
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(id text, token text, input text)
    WHERE e.id = r.id AND e.status = 'RUNNING' AND e.lease_token = r.token RETURNING e.id`;
  return new Set(frozen.map(({ id }) => id));
}

/** Puts executions back whose bodies could not be made yet: PENDING, without the attempt that was begun. */
export async function putBackUnmade(ctx: ServiceContext, unmade: readonly ClaimedExecution[]): Promise<void> {
  const now = ctx.now();
  const rows = unmade.map(({ id, leaseToken, attemptId }, n) => ({
    ...{ id, leaseToken, attemptId },
    dueAt: new Date(now.getTime() + NO_TIME_WAIT_MS + n * NO_TIME_STEP_MS),
  }));
  await ctx.db.$executeRaw`
    WITH back AS (
      UPDATE action_execution AS e SET status = CASE WHEN e.cancel_requested_at IS NULL THEN 'PENDING' ELSE 'CANCELLED' END::execution_status,
        status_reason = CASE WHEN e.cancel_requested_at IS NULL THEN ${NO_TIME} ELSE 'Cancelled before its attempt was sent.' END,
        attempt_count = e.attempt_count - 1, due_at = r."dueAt", lease_token = NULL, lease_expires_at = NULL, updated_at = ${now},
        finished_at = CASE WHEN e.cancel_requested_at IS NOT NULL THEN ${now}::timestamptz END
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(id text, "leaseToken" text, "attemptId" text, "dueAt" timestamptz)
      WHERE e.id = r.id AND e.status = 'RUNNING' AND e.lease_token = r."leaseToken" RETURNING r."attemptId" AS id)
    DELETE FROM action_attempt t USING back WHERE t.id = back.id`;
}
