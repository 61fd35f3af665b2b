import { headerValue, type HeaderList } from "@/domain/header-list";
import { maskEchoes } from "@/domain/redact";
import type { ServiceContext } from "@/server/context";
import { guardPolicyFor } from "../webhook-policy";
import type { MadeBody } from "./make-bodies";
import { prepareRequest } from "./prepare-request";
import type { AttemptResult, ClaimedExecution, LoadedAction } from "./types";

/** Makes one attempt of a claimed execution. Never throws: each error becomes the attempt's outcome. */
export async function sendAttempt(
  ctx: ServiceContext,
  action: LoadedAction,
  claimed: ClaimedExecution,
  body: MadeBody,
): Promise<AttemptResult> {
  const nothing = { claimed, durationMs: 0, response: null };
  // Without a body nothing is frozen: after the template is corrected, a resend makes the body.
  if (!body.ok)
    return {
      ...nothing,
      request: { problem: body.message },
      outcome: { kind: "error", code: "template" },
      message: body.message,
    };
  const span = ctx.tracing?.start("deliver", {
    kind: "client",
    parent: claimed.traceparent,
    attributes: { "trigger_system.execution.id": claimed.id, "trigger_system.attempt": claimed.number },
  });
  const request = prepareRequest(ctx, action, claimed, body.body, span?.traceparent);
  if (!request.ok) {
    span?.end({}, "The request could not be made.");
    return {
      ...nothing,
      request: { problem: request.message },
      outcome: request.outcome,
      message: request.message,
    };
  }
  const sent = await ctx.http.send({
    url: request.url,
    method: request.method,
    headers: request.headers,
    body: request.body,
    timeouts: request.timeouts,
    allowedHosts: guardPolicyFor(ctx.env, { isDemo: action.isDemo }).allowedHosts,
    projectId: claimed.projectId,
    secrets: request.secrets,
  });
  const answer = sent.kind === "response" ? sent : sent.answer;
  const head = answer && {
    status: answer.status,
    retryAfter: headerValue(answer.headers, "retry-after"),
    webhookDelivery: headerValue(answer.headers, "webhook-delivery"),
  };
  span?.end(
    answer ? { "http.response.status_code": answer.status } : {},
    sent.kind === "response" ? undefined : sent.code,
  );
  const answered = answer ? `Answered ${answer.status}.` : "";
  return {
    claimed,
    request: request.shown,
    outcome:
      sent.kind === "response"
        ? { kind: "response", ...head! }
        : { kind: "error", code: sent.code, ...(head ? { answer: head } : {}) },
    message:
      sent.kind === "response" ? answered : `${answered} ${maskEchoes(sent.message, request.secrets)}`.trimStart(),
    durationMs: sent.durationMs,
    response: answer
      ? {
          status: answer.status,
          ...keepable(answer, request.secrets, request.storeResponse),
          truncated: answer.bodyTruncated,
        }
      : null,
  };
}

/** Masks secrets in an answer, because an endpoint may echo the request. */
function keepable(
  answer: { headers: HeaderList; body: string; bodyTruncated: boolean },
  secrets: readonly string[],
  withBody: boolean,
) {
  return {
    headers: answer.headers.map(([name, value]) => [name, maskEchoes(value, secrets)] as const),
    body: withBody ? maskEchoes(answer.body, secrets, answer.bodyTruncated) : null,
  };
}
