/** Says how many webhooks of ours led to a request; an application that passes it on lets a loop be cut. */
export const DEPTH_HEADER = "x-trigger-depth";

export type HeadersInput = {
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  depth: number;
  /** whole seconds since 1970 */
  timestamp: number;
  /** null where the action has no secret */
  signature: string | null;
  /** W3C trace context, null for none */
  traceparent: string | null;
  custom: readonly { name: string; value: string }[];
};

/** The headers of one delivery; names in lower case, those of Standard Webhooks among them. */
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
 * A trace context of its own for each attempt (https://www.w3.org/TR/trace-context/): the trace id comes from the
 * execution, so that its attempts stand together.
 */
export function traceparentOf(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`;
}
