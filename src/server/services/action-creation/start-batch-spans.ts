import type { BatchEvent } from "../batch-event";
import type { TraceSpan, Tracer } from "@/server/tracing";

/**
 * Begins an OpenTelemetry span for each traced request whose events are in a batch. The returned events, and executions
 * made from them, continue that span. Without tracing, the events are returned unchanged.
 */
export function startBatchSpans(
  tracing: Tracer | null,
  events: BatchEvent[],
): { events: BatchEvent[]; end: (problem?: string) => void } {
  if (!tracing) return { events, end: () => undefined };
  const spans = new Map<string, TraceSpan>();
  const traced = events.map((event) => {
    const parent = event.traceparent;
    if (!parent) return event;
    const span = spans.get(parent) ?? tracing.start("decide", { kind: "internal", parent });
    spans.set(parent, span);
    return { ...event, traceparent: span.traceparent };
  });
  return {
    events: traced,
    end: (problem) => {
      for (const span of spans.values()) span.end({ "trigger_system.batch.events": events.length }, problem);
    },
  };
}
