import type { ServiceContext } from "@/server/context";
import type { RenderedBody } from "./make-request-bodies";
import { makeMessageOfAttempt } from "./make-message-of-attempt";
import type { AttemptResult, ClaimedExecution, ActionForDelivery } from "./types";

/**
 * Sends the request of one claimed execution and returns the result. It never throws: each error becomes the attempt's
 * outcome.
 */
export async function sendAttempt(
  ctx: ServiceContext,
  action: ActionForDelivery,
  { claimed, body }: { claimed: ClaimedExecution; body: RenderedBody },
): Promise<AttemptResult> {
  // If the template fails, no body is stored. So a resend renders the body again, with the corrected template.
  if (!body.ok) return unsent(claimed, { kind: "error", code: "template" }, body.message);
  const span = ctx.tracing?.start("deliver", {
    kind: "client",
    parent: claimed.traceparent,
    attributes: { "trigger_system.execution.id": claimed.id, "trigger_system.attempt": claimed.number },
  });
  const attempt = { ...claimed, traceparent: span?.traceparent ?? null };
  const prepared = makeMessageOfAttempt(ctx, action, { item: attempt, body: body.body });
  if (!prepared.ok) {
    span?.end({}, "The message could not be made.");
    return unsent(claimed, prepared.outcome, prepared.problem);
  }
  const { outcome, message, durationMs, answer, keepsBody } = await prepared.sender.send(
    ctx,
    prepared.message,
    prepared.from,
  );
  span?.end(
    answer ? { "http.response.status_code": answer.status } : {},
    outcome.kind === "error" ? outcome.code : undefined,
  );
  const response = answer && { ...answer, body: keepsBody ? answer.body : null };
  return { claimed, request: prepared.shown, outcome, message, durationMs, response };
}

const unsent = (claimed: ClaimedExecution, outcome: AttemptResult["outcome"], problem: string): AttemptResult => ({
  claimed,
  request: { problem },
  outcome,
  message: problem,
  durationMs: 0,
  response: null,
});
