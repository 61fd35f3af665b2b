import type { ActionRequest } from "@/domain/action/action-type";
import type { ReadConfiguration } from "@/domain/action/read-configuration";
import { secretParts } from "@/domain/action/webhook/url";
import { isSensitiveHeader, redactHeaders } from "@/domain/redact";
import { hmacSha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import type { ClaimedExecution, LoadedAction, PreparedRequest } from "./types";

/**
 * Makes the request of an attempt from the action as it is now: URL, headers, secrets and timeouts are read at each
 * attempt, so that a mended endpoint gets what failed before; the body is the one that was frozen.
 */
export function prepareRequest(
  ctx: ServiceContext,
  action: LoadedAction,
  item: Pick<ClaimedExecution, "id" | "triggerId" | "number" | "depth">,
  body: string,
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
        url: request.shownUrl,
        actionVersion: action.version,
        headers: redactHeaders(Object.entries(request.headers), request.secretHeaders),
      },
      secrets: [...secrets, ...secretValues(request)],
    };
  } catch (error) {
    return unusable(`The request could not be made: ${(error as Error).message}`);
  }
}

/** What the history keeps of a request before it is made: where it goes, by which version of the action. */
export function describeTarget(ctx: ServiceContext, action: LoadedAction): Record<string, unknown> {
  const request = prepareRequest(ctx, action, { id: "", triggerId: "", number: 1, depth: 0 }, "");
  if (!request.ok) return { problem: request.message };
  const { method, url, actionVersion } = request.shown;
  return { method, url, actionVersion };
}

/** The configuration of an action, ready to use; or the problem that it or its signing secrets have. */
export const readAction = (action: LoadedAction): ReadConfiguration =>
  action.secrets === null
    ? { problem: "A signing secret of the action cannot be decrypted with the present ENCRYPTION_KEY. Rotate it." }
    : action.configuration;

const unusable = (message: string): PreparedRequest & { ok: false } => ({
  ok: false,
  outcome: { kind: "error", code: "invalid_configuration" },
  message,
});

/** The values in the URL, the body and the headers that are secret, whether their owner said so or their name does. */
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
