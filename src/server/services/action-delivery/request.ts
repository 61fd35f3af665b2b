import type { ActionRequest } from "@/domain/action/action-type";
import { getActionType } from "@/domain/action/registry";
import { isSensitiveHeader, redactHeaders } from "@/domain/redact";
import type { ServiceContext } from "@/server/context";
import type { ClaimedExecution, PreparedRequest } from "./types";

/**
 * Makes the body of an execution that was never attempted, from the action as it is now; afterwards it is frozen.
 * Returns the reason where there is none.
 */
export function prepareBody(item: ClaimedExecution): { ok: true; body: string } | (PreparedRequest & { ok: false }) {
  const type = getActionType(item.actionType);
  // prepareRequest has the words for it
  if (!type) return { ok: true, body: item.body };
  const result = type.bodyOf(item.configuration, item.body);
  return result.ok ? result : { ok: false, outcome: { kind: "error", code: "template" }, message: result.message };
}

/**
 * Makes the request of an attempt from the action as it is now: URL, headers, secrets and timeouts are read at each
 * attempt, so that a mended endpoint gets what failed before; the body is the one that was frozen.
 */
export function prepareRequest(ctx: ServiceContext, item: ClaimedExecution, now: Date): PreparedRequest {
  const type = getActionType(item.actionType);
  if (!type)
    return {
      ok: false,
      outcome: { kind: "error", code: "invalid_url" },
      message: `The action type ${item.actionType} is not registered.`,
    };
  try {
    const request = type.request({
      configuration: item.configuration,
      decrypt: ctx.cipher.decrypt,
      secrets: item.secrets,
      executionId: item.id,
      triggerId: item.triggerId,
      attempt: item.number,
      depth: item.depth + 1,
      timestamp: now,
      body: item.body,
    });
    return {
      ok: true,
      url: request.url,
      method: request.method,
      body: request.body,
      headers: request.headers,
      timeouts: request.timeouts,
      storeResponse: request.storeResponse,
      shown: {
        method: request.method,
        url: request.url,
        headers: redactHeaders(request.headers, request.secretHeaders),
      },
      secrets: [...item.secrets, ...secretValues(request)],
    };
  } catch (error) {
    return {
      ok: false,
      outcome: { kind: "error", code: "invalid_header" },
      message: `The request could not be made: ${(error as Error).message}`,
    };
  }
}

/** The values in the body and of the headers that are secret, whether their owner said so or their name does. */
export function secretValues({
  headers,
  secretHeaders,
  bodySecrets,
}: Pick<ActionRequest, "headers" | "secretHeaders" | "bodySecrets">): string[] {
  const secret = new Set(secretHeaders.map((name) => name.toLowerCase()));
  return [
    ...bodySecrets,
    ...Object.entries(headers).flatMap(([name, value]) =>
      secret.has(name.toLowerCase()) || isSensitiveHeader(name) ? [value] : [],
    ),
  ];
}
