/**
 * Paths of OTLP and Langfuse clients, each with all paths below it. Such a client waits 5 to 10 s for an answer and then
 * drops its batch, but repeats the batch after 503.
 */
const INGESTION_PATHS = ["/v1/traces", "/v1/metrics", "/v1/logs", "/api/public"];

/** @param target the request target of an HTTP request line. Doubled slashes come from base URLs that end with one. */
export function isIngestionPath(target: string): boolean {
  const path = target.replace(/[?#].*$/s, "").replace(/\/{2,}/g, "/");
  return INGESTION_PATHS.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}
