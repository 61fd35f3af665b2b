/**
 * Names of headers that belong to the HTTP connection, or say how a body was encoded for it (RFC 9110, 7.6.1 and 7.2;
 * RFC 9112, 6).
 */
const ofConnection = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "http2-settings",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
]);
/**
 * Names of headers that describe the bytes of one body. An action has one fixed value for all bodies, so the value
 * would be wrong. The program sends bodies uncompressed.
 */
const ofBody = new Set(["content-encoding", "content-range", "content-md5", "content-digest", "repr-digest", "digest"]);
/** Names of headers from which web frameworks take the request's method, so that a POST becomes a DELETE. */
const ofMethod = new Set(["x-http-method-override", "x-http-method", "x-method-override"]);
/** Names of the headers of Standard Webhooks. */
const ofSignature = new Set(["webhook-id", "webhook-timestamp", "webhook-signature"]);
/** Names of headers that the program sets on each delivery. */
const ofDelivery = new Set([
  ...["content-type", "user-agent", "traceparent"],
  ...["x-trigger-execution-id", "x-trigger-attempt", "x-trigger-id", "x-trigger-depth"],
]);

/** Tells whether a header belongs to the connection, so that no request of the program may set it. */
export const isConnectionHeader = (lowerCaseName: string): boolean =>
  ofConnection.has(lowerCaseName) || lowerCaseName.startsWith("proxy-");

/**
 * Explains why an action must not set a header; null if it may. Servers that pass headers as environment variables
 * (CGI, WSGI, PHP) read every character but letters and digits as `_`. So `webhook_id` counts as `webhook-id`.
 * The prefixes `proxy-`, `webhook-` and `x-trigger-` are compared as written.
 */
export function describeReservedHeader(name: string): string | null {
  const lower = name.toLowerCase();
  const read = lower.replace(/[^a-z0-9]/g, "-");
  if (isConnectionHeader(lower) || ofConnection.has(read)) return "it belongs to the connection";
  if (lower.startsWith("webhook-") || ofSignature.has(read)) return "it belongs to the signature";
  if (ofBody.has(read)) return "it describes the bytes of one body, and bodies are sent uncompressed";
  if (read === "accept-encoding") return "answers are read uncompressed";
  if (ofMethod.has(read)) return "it changes the method of the request, which the action's method sets";
  if (lower.startsWith("x-trigger-") || ofDelivery.has(read)) return "each delivery sets it itself";
  return null;
}
