import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { toJsonParameter } from "@/server/db/json-parameter";
import type { RenderedBody } from "./make-request-bodies";
import { putBackClaimedExecutions } from "./put-back-claimed-executions";
import type { ClaimedExecution } from "./types";

/**
 * How long an execution waits if its project has used up its processor time for templates, ms. Each further execution
 * waits NO_TIME_STEP_MS longer.
 */
const NO_TIME_WAIT_MS = 5_000;
const NO_TIME_STEP_MS = 300;
const NO_TIME = "Waits: the templates of its project have used up their time for now. No attempt is spent meanwhile.";

/**
 * Stores rendered request bodies for good, so that every later attempt sends the same bytes.
 * @returns ids of the executions that still hold their lease; the caller must not send the others
 */
export async function freezeRequestBodies(
  ctx: ServiceContext,
  made: readonly { claimed: ClaimedExecution; body: RenderedBody & { ok: true } }[],
): Promise<ReadonlySet<string>> {
  const rows = made.map(({ claimed, body }) => ({ id: claimed.id, token: claimed.leaseToken, input: body.body }));
  const frozen = await ctx.db.$queryRaw<{ id: string }[]>`
    UPDATE action_execution AS e SET input = r.input, input_frozen_at = ${ctx.now()}
    FROM json_to_recordset(${toJsonParameter(rows)}::json) AS r(id text, token text, input text)
    WHERE e.id = r.id AND e.status = 'RUNNING' AND e.lease_token = r.token RETURNING e.id`;
  return new Set(frozen.map(({ id }) => id));
}

/**
 * Puts claimed executions back, because their project has used up its processor time for templates. They become
 * PENDING, due in 5 s or more. An execution with a request to cancel it becomes CANCELLED.
 */
export async function postponeUnrenderedExecutions(
  ctx: ServiceContext,
  unmade: readonly ClaimedExecution[],
): Promise<void> {
  const [first] = unmade;
  if (!first) return;
  const now = ctx.now().getTime();
  const rows = unmade.map(({ id }, n) => ({ id, dueAt: new Date(now + NO_TIME_WAIT_MS + n * NO_TIME_STEP_MS) }));
  const which = Prisma.sql`
    SELECT r.id, r."dueAt" AS due_at
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(id text, "dueAt" timestamptz)`;
  await putBackClaimedExecutions(ctx, { leaseToken: first.leaseToken, which, reason: NO_TIME });
}
