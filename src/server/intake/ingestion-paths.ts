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

/** Next answers the others with a redirect, after which exporters drop their batch. */
const isApi = (path: string): boolean => /^\/(?:api|v1)(?:\/|$)/.test(path);

/**
 * The request target that Next is given: below /api and /v1 without doubled and trailing slashes, and /v1 as a part of
 * /api/public/otel or /api. Any other target stays as it is.
 */
export function canonicalTarget(target: string): string {
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
 * What an OTLP client means by a path without doubled slashes; null for a path of nobody. Some are given the address of
 * a signal where they want a base, and put the signal behind it once more: the last one counts.
 */
export function readOtlpPath(path: string): OtlpPath | null {
  const { base, key, signals = "" } = OTLP_PATH.exec(path)?.groups ?? {};
  if (base === undefined && signals === "") return null;
  const signal = (signals.split("/").at(-1) || "traces") as OtlpPath["signal"];
  return { signal, key: key ?? null };
}
