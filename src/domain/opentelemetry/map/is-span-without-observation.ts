import type { OtlpSpan } from "../decode/trace-export";

/**
 * Tells whether a span is no observation: a marker of Logfire whose real span follows, or a span of this program
 * itself.
 */
export function isSpanWithoutObservation({ attributes, resource }: OtlpSpan): boolean {
  return attributes.get("logfire.span_type") === "pending_span" || resource.get("service.name") === "trigger-system";
}
