import { describeReservedHeader } from "./header-names";

/**
 * The header that counts the webhooks that led to a request. If an application sends the header on with its events, the
 * program can end a loop of webhooks.
 */
export const WEBHOOK_DEPTH_HEADER = "x-trigger-depth";

export type DeliveryHeadersInput = {
  executionId: string;
  triggerId: string;
  /** the attempt's number, from 1 */
  attempt: number;
  depth: number;
  /** whole seconds since 1970 */
  timestamp: number;
  /** the value of the signature header; null if the action has no secret */
  signature: string | null;
  /** the W3C trace context; null without tracing */
  traceparent: string | null;
  custom: readonly { name: string; value: string }[];
};

/**
 * Makes the headers of one delivery, including those of Standard Webhooks. Header names are in lower case. Custom
 * headers that an action must not set are left out; an action of an earlier release may have some.
 */
export function buildDeliveryHeaders(input: DeliveryHeadersInput): Record<string, string> {
  return {
    ...Object.fromEntries(
      input.custom
        .filter(({ name }) => describeReservedHeader(name) === null)
        .map(({ name, value }) => [name.toLowerCase(), value]),
    ),
    "content-type": "application/json",
    "user-agent": "Trigger-System/1.0",
    "webhook-id": input.executionId,
    "webhook-timestamp": String(input.timestamp),
    ...(input.signature ? { "webhook-signature": input.signature } : {}),
    "x-trigger-execution-id": input.executionId,
    "x-trigger-attempt": String(input.attempt),
    "x-trigger-id": input.triggerId,
    [WEBHOOK_DEPTH_HEADER]: String(input.depth),
    ...(input.traceparent ? { traceparent: input.traceparent } : {}),
  };
}

/**
 * Makes the header `traceparent` of an attempt without a traced span of its own (https://www.w3.org/TR/trace-context/).
 * All attempts of an execution share the trace id. Each attempt has its own span id.
 */
export function makeTraceparent(traceId: string, spanId: string): string {
  return `00-${traceId}-${spanId}-01`;
}
