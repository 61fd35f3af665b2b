/**
 * Base paths of OTLP and Langfuse clients. Such a client waits 5 to 10 s for an answer and then drops its batch. Only a
 * 503 makes all of them repeat the batch.
 */
const INGESTION_PATHS = ["/v1/traces", "/v1/metrics", "/v1/logs", "/api/public"];

/**
 * Tells whether a request target belongs to OTLP or Langfuse clients. It may have double slashes, which come from a
 * base URL that ends with a slash.
 * @param target the request target in the HTTP request line
 */
export function isOtlpOrLangfusePath(target: string): boolean {
  const path = target.replace(/[?#].*$/s, "").replace(/\/{2,}/g, "/");
  return INGESTION_PATHS.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

/**
 * Tells whether a path is /api or /v1, or lies below one. Only such a path is rewritten. Next would redirect one with
 * extra slashes, and exporters drop their batch after a redirect.
 */
const isApi = (path: string): boolean => /^\/(?:api|v1)(?:\/|$)/.test(path);

/**
 * Returns the request target in the form that Next serves. Below /api and /v1 it removes double slashes and a slash at
 * the end. It moves OTLP paths such as /v1/traces below /api/public/otel, and other paths of /v1 below /api. Any other
 * target stays as it is.
 */
export function canonicaliseRequestTarget(target: string): string {
  const end = target.search(/[?#]/);
  const [path, query] = end < 0 ? [target, ""] : [target.slice(0, end), target.slice(end)];
  const single = path.replace(/\/{2,}/g, "/");
  if (!isApi(single)) return target;
  const plain = single.length > 1 ? single.replace(/\/$/, "") : single;
  const mapped = !plain.startsWith("/v1") ? plain : readOtlpPath(plain) ? `/api/public/otel${plain}` : `/api${plain}`;
  return mapped + query;
}

export type OtlpPath = { signal: "traces" | "metrics" | "logs"; key: string | null };

const OTLP_PATH =
  /^(?<base>\/api\/public\/otel)?(?:\/(?<key>tsk_[^/]+))?(?<signals>(?:\/v1\/(?:traces|metrics|logs))*)$/;

/**
 * Returns the OTLP signal (traces, metrics, logs) of a path, and the event key that the path may hold; null for any
 * other path. The path has no double slashes. Some clients append a signal to a URL that already ends with one. Then
 * the last signal counts. A base path without a signal means traces.
 */
export function readOtlpPath(path: string): OtlpPath | null {
  const { base, key, signals = "" } = OTLP_PATH.exec(path)?.groups ?? {};
  if (base === undefined && signals === "") return null;
  const signal = (signals.split("/").at(-1) || "traces") as OtlpPath["signal"];
  return { signal, key: key ?? null };
}
