import type { ActionRequest } from "@/domain/action/action-type";
import type { ReadConfiguration } from "@/domain/action/read-configuration";
import { secretParts } from "@/domain/action/webhook/url";
import { isSensitiveHeader, redactHeaders } from "@/domain/redact";
import { hmacSha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import type { ClaimedExecution, LoadedAction, PreparedRequest } from "./types";

/**
 * Makes the request of an attempt. URL, headers, secrets and timeouts are read at each attempt, so that a corrected
 * endpoint receives earlier executions. The body is the frozen one.
 * @param traceparent names the span of the attempt to the receiver
 */
export function prepareRequest(
  ctx: ServiceContext,
  action: LoadedAction,
  item: Pick<ClaimedExecution, "id" | "triggerId" | "number" | "depth">,
  body: string,
  traceparent?: string,
): PreparedRequest {
  const read = readAction(action);
  if (read.problem !== null) return unusable(read.problem);
  const secrets = action.secrets ?? [];
  try {
    const request = read.type.request({
      stored: read.stored,
      decrypt: action.decrypt,
      hmacSha256,
      secrets,
      executionId: item.id,
      triggerId: item.triggerId,
      attempt: item.number,
      depth: item.depth + 1,
      timestamp: ctx.now(),
      body,
    });
    const headers = { ...request.headers, ...(traceparent ? { traceparent } : {}) };
    return {
      ok: true,
      url: request.url,
      method: request.method,
      body: request.body,
      headers,
      timeouts: request.timeouts,
      storeResponse: request.storeResponse,
      shown: {
        method: request.method,
        url: request.shownUrl,
        actionVersion: action.version,
        headers: redactHeaders(Object.entries(headers), request.secretHeaders),
      },
      secrets: [...secrets, ...secretValues(request)],
    };
  } catch (error) {
    return unusable(`The request could not be made: ${(error as Error).message}`);
  }
}

/** The target of a request for the history: URL and version of the action. */
export function describeTarget(ctx: ServiceContext, action: LoadedAction): Record<string, unknown> {
  const request = prepareRequest(ctx, action, { id: "", triggerId: "", number: 1, depth: 0 }, "");
  if (!request.ok) return { problem: request.message };
  const { method, url, actionVersion } = request.shown;
  return { method, url, actionVersion };
}

/** The configuration of an action; or the problem of it or of its signing secrets. */
export const readAction = (action: LoadedAction): ReadConfiguration =>
  action.secrets === null
    ? { problem: "A signing secret of the action cannot be decrypted with the present ENCRYPTION_KEY. Rotate it." }
    : action.configuration;

const unusable = (message: string): PreparedRequest & { ok: false } => ({
  ok: false,
  outcome: { kind: "error", code: "invalid_configuration" },
  message,
});

/** The secret values in URL, body and headers: marked by their owner, or recognised by their name. */
export function secretValues({
  url,
  headers,
  secretHeaders,
  bodySecrets,
}: Pick<ActionRequest, "url" | "headers" | "secretHeaders" | "bodySecrets">): string[] {
  const secret = new Set(secretHeaders.map((name) => name.toLowerCase()));
  return [
    ...secretParts(url),
    ...bodySecrets,
    ...Object.entries(headers).flatMap(([name, value]) =>
      secret.has(name.toLowerCase()) || isSensitiveHeader(name) ? [value] : [],
    ),
  ];
}
