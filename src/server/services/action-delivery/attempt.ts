import { headerValue, type HeaderList } from "@/domain/header-list";
import { maskEchoes } from "@/domain/redact";
import type { ServiceContext } from "@/server/context";
import { guardPolicyFor } from "../webhook-policy";
import type { Claimed } from "./claim";
import type { AttemptResult } from "./types";

/** Sends one claimed execution. Never throws: whatever happens is the attempt's outcome. */
export async function attempt(ctx: ServiceContext, { claimed, request }: Claimed): Promise<AttemptResult> {
  if (!request.ok)
    return { claimed, outcome: request.outcome, message: request.message, durationMs: 0, response: null };
  const sent = await ctx.http.send({
    url: request.url,
    method: request.method,
    headers: request.headers,
    body: request.body,
    timeouts: request.timeouts,
    allowedHosts: guardPolicyFor(ctx.env, { isDemo: claimed.isDemo }).allowedHosts,
    projectId: claimed.projectId,
  });
  const answer = sent.kind === "response" ? sent : sent.answer;
  const head = answer && {
    status: answer.status,
    retryAfter: headerValue(answer.headers, "retry-after"),
    webhookDelivery: headerValue(answer.headers, "webhook-delivery"),
  };
  const answered = answer ? `Answered ${answer.status}.` : "";
  return {
    claimed,
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

/** What may be kept of an answer: one that repeats the request does not bring its secrets into the history. */
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
