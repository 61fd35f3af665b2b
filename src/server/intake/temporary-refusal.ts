/**
 * Statuses of temporary refusals. OTLP exporters repeat a batch only after 503, and drop it after these statuses.
 * Langfuse's SDKs repeat a batch after 503, but not after all of these statuses. So the answer is 503 instead.
 */
const temporary = new Set([408, 429, 502, 504]);

/** The Retry-After of a refusal, s. After a longer one, the exporters of JavaScript drop the batch at once. */
const RETRY_AFTER_SECONDS = "1";

/** Returns the status and the headers with which a client repeats a request after a temporary refusal. */
export function makeRepeatable(status: number): { status: number; headers: Record<string, string> } {
  const sent = temporary.has(status) ? 503 : status;
  return { status: sent, headers: sent === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {} };
}
