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
  });
  if (sent.kind === "error") {
    return {
      claimed,
      outcome: { kind: "error", code: sent.code },
      message: maskEchoes(sent.message, request.secrets),
      durationMs: sent.durationMs,
      response: null,
    };
  }
  return {
    claimed,
    outcome: {
      kind: "response",
      status: sent.status,
      retryAfter: sent.headers["retry-after"] ?? null,
      webhookDelivery: sent.headers["webhook-delivery"] ?? null,
    },
    message: `Answered ${sent.status}.`,
    durationMs: sent.durationMs,
    response: {
      status: sent.status,
      ...keepable(sent, request.secrets, request.storeResponse),
      truncated: sent.bodyTruncated,
    },
  };
}

/** What may be kept of an answer: one that repeats the request does not bring its secrets into the history. */
function keepable(
  sent: { headers: Record<string, string>; body: string; bodyTruncated: boolean },
  secrets: readonly string[],
  withBody: boolean,
) {
  return {
    headers: Object.fromEntries(
      Object.entries(sent.headers).map(([name, value]) => [name, maskEchoes(value, secrets)]),
    ),
    body: withBody ? maskEchoes(sent.body, secrets, sent.bodyTruncated) : null,
  };
}
