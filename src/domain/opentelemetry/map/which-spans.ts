import type { Span } from "../decode/trace-export";

/**
 * Tells whether a span is no observation: a marker of Logfire whose real span follows, or a span of this program
 * itself.
 */
export function isNoObservation({ attributes, resource }: Span): boolean {
  return attributes.get("logfire.span_type") === "pending_span" || resource.get("service.name") === "trigger-system";
}
