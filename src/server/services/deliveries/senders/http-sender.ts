import { deriveAttemptOutcome } from "@/domain/action/webhook/answer";
import { isHttpMessage, type HttpMessage } from "@/domain/action/webhook/http-message";
import { listSecretUrlParts } from "@/domain/action/webhook/url";
import { listHeaderValues } from "@/domain/header-list";
import { isSensitiveHeader, maskEchoedSecrets, maskSecretHeaders } from "@/domain/mask-secrets";
import type { ServiceContext } from "@/server/context";
import { makeGuardPolicy } from "../../webhook-policy";
import { defineSender, type SendingProject, type MessageSendResult } from "./sender";

/**
 * The sender of webhooks. It sends the HTTP request through the guard, which refuses private addresses that the
 * installation does not allow.
 */
export const httpSender = defineSender<HttpMessage>({
  transport: "http",
  isMine: isHttpMessage,
  describe: ({ method, url, shownUrl, headers, secretHeaders }, { isWhole }) => ({
    method,
    url: isWhole ? url : shownUrl,
    headers: maskSecretHeaders(Object.entries(headers), secretHeaders),
  }),
  send,
});

async function send(ctx: ServiceContext, request: HttpMessage, from: SendingProject): Promise<MessageSendResult> {
  const { url, method, headers, body, timeouts } = request;
  const secrets = [...from.secrets, ...secretValues(request)];
  const { allowedHosts } = makeGuardPolicy(ctx.env, { isDemo: from.isDemo });
  const projectId = from.projectId;
  const sent = await ctx.http.send({ url, method, headers, body, timeouts, allowedHosts, projectId, secrets });
  const answer = sent.kind === "response" ? sent : sent.answer;
  const head = answer && {
    status: answer.status,
    retryAfter: listHeaderValues(answer.headers, "retry-after"),
    webhookDelivery: listHeaderValues(answer.headers, "webhook-delivery"),
  };
  const answered = answer ? `Answered ${answer.status}.` : "";
  return {
    outcome: deriveAttemptOutcome(
      sent.kind === "response"
        ? { kind: "response", ...head! }
        : { kind: "error", code: sent.code, ...(head ? { answer: head } : {}) },
      ctx.now(),
    ),
    message:
      sent.kind === "response" ? answered : `${answered} ${maskEchoedSecrets(sent.message, secrets)}`.trimStart(),
    durationMs: sent.durationMs,
    // The receiver's answer may repeat secrets of the request, so they are masked.
    answer: answer
      ? {
          status: answer.status,
          headers: answer.headers.map(([name, value]) => [name, maskEchoedSecrets(value, secrets)] as const),
          body: maskEchoedSecrets(answer.body, secrets, answer.bodyTruncated),
          truncated: answer.bodyTruncated,
        }
      : null,
    keepsBody: request.storeResponse,
  };
}

/**
 * Lists the secret values of a request: secret parts of its URL and body, headers that a person marked as secret, and
 * headers with a well-known name such as Authorization.
 */
function secretValues({ url, headers, secretHeaders, bodySecrets }: HttpMessage): string[] {
  const secret = new Set(secretHeaders.map((name) => name.toLowerCase()));
  return [
    ...listSecretUrlParts(url),
    ...bodySecrets,
    ...Object.entries(headers).flatMap(([name, value]) =>
      secret.has(name.toLowerCase()) || isSensitiveHeader(name) ? [value] : [],
    ),
  ];
}
