import type { Span } from "../decode/trace-export";

/** Spans that are no observation: a marker of Logfire whose real span follows, and what this program sent itself. */
export function isNoObservation({ attributes, resource }: Span): boolean {
  return attributes.get("logfire.span_type") === "pending_span" || resource.get("service.name") === "trigger-system";
}
