/**
 * HTTP statuses of temporary refusals that clients do not repeat reliably. OTLP exporters drop a batch after them, and
 * Langfuse's SDKs do so after some. These clients get 503 instead, after which they repeat the batch.
 */
const temporary = new Set([408, 429, 502, 504]);

/** The Retry-After of a temporary refusal, in s. Exporters for JavaScript drop the batch at once if it is longer. */
const RETRY_AFTER_SECONDS = "1";

/**
 * Returns the status and headers that make OTLP and Langfuse clients repeat a refused request, if the refusal is
 * temporary.
 */
export function makeRepeatableRefusal(status: number): { status: number; headers: Record<string, string> } {
  const sent = temporary.has(status) ? 503 : status;
  return { status: sent, headers: sent === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {} };
}
