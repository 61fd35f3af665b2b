import * as derived from "../../event-source/observation-created/derived";
import { cutEventDataToSize } from "../../event-source/observation-created/cut-to-event-size";
import { ObservationCreated } from "../../event-source/observation-created/schema";
import type { OtlpSpan } from "../decode/trace-export";
import { convertSpanToObservation } from "./span-to-observation";
import { collectTraceAttributesOfRequest } from "./trace-attributes";

export const START = Date.parse("2026-01-01T00:00:00Z");
export const RECEIVED = Date.parse("2026-01-01T00:01:00Z");

type SpanParts = Partial<Omit<OtlpSpan, "attributes" | "resource" | "events">> & {
  attributes?: Record<string, unknown>;
  resource?: Record<string, unknown>;
  events?: { name: string; attributes?: Record<string, unknown>; timeMs?: number }[];
};

/** A span of one and a half seconds. */
export function spanOf({ attributes = {}, resource = {}, events = [], ...parts }: SpanParts = {}): OtlpSpan {
  return {
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b110",
    parentSpanId: null,
    name: "step",
    startMs: START,
    endMs: START + 1_500,
    attributes: new Map(Object.entries(attributes)),
    events: events.map((event) => ({
      name: event.name,
      timeMs: event.timeMs ?? null,
      attributes: new Map(Object.entries(event.attributes ?? {})),
    })),
    links: [],
    status: { code: 0, message: "" },
    droppedAttributes: 0,
    droppedEvents: 0,
    resource: new Map(Object.entries(resource)),
    scope: { name: "lib", version: null, attributes: new Map() },
    ...parts,
  };
}

export const scopeNamed = (name: string, version: string | null = null): OtlpSpan["scope"] => ({
  name,
  version,
  attributes: new Map(),
});

/** The observations of the spans of one request, each as the event source parses it, with its derived columns. */
export function observe(...parts: SpanParts[]): ReturnType<typeof withColumns>[] {
  const spans = parts.map(spanOf);
  const traces = collectTraceAttributesOfRequest(spans);
  const sender = { sdk: null, sdkVersion: null };
  return spans.map((span) => {
    const made = convertSpanToObservation(span, {
      sender,
      receivedMs: RECEIVED,
      trace: traces.get(span.traceId) ?? null,
    });
    cutEventDataToSize({ observation: made });
    return withColumns(ObservationCreated.parse({ observation: made }).observation);
  });
}

function withColumns(observation: ObservationCreated["observation"]) {
  return { ...observation, ...derived.deriveObservationValues(observation) };
}

/** The observation of one span with these attributes. */
export const observed = (attributes: Record<string, unknown>, parts: SpanParts = {}) =>
  observe({ ...parts, attributes })[0]!;
