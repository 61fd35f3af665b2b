/** The header with the number of webhooks that led to a request. An application passes it on, so that a loop ends. */
export const DEPTH_HEADER = "x-trigger-depth";

export type HeadersInput = {
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  depth: number;
  /** whole seconds since 1970 */
  timestamp: number;
  /** null if the action has no secret */
  signature: string | null;
  /** W3C trace context, null for none */
  traceparent: string | null;
  custom: readonly { name: string; value: string }[];
};

/** Makes the headers of one delivery, those of Standard Webhooks included. Names are in lower case. */
export function buildHeaders(input: HeadersInput): Record<string, string> {
  return {
    ...Object.fromEntries(input.custom.map(({ name, value }) => [name.toLowerCase(), value])),
    "content-type": "application/json",
    "user-agent": "Trigger-System/1.0",
    "webhook-id": input.executionId,
    "webhook-timestamp": String(input.timestamp),
    ...(input.signature ? { "webhook-signature": input.signature } : {}),
    "x-trigger-execution-id": input.executionId,
    "x-trigger-attempt": String(input.attempt),
    "x-trigger-id": input.triggerId,
    [DEPTH_HEADER]: String(input.depth),
    ...(input.traceparent ? { traceparent: input.traceparent } : {}),
  };
}

/**
 * Makes the trace context of an attempt (https://www.w3.org/TR/trace-context/). Attempts of an execution share the
 * trace id and have span ids of their own.
 */
export function traceparentOf(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`;
}
