import type { TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";

/** The current version of the data of events. An event without `data.v` has this version. */
export const EVENT_DATA_VERSION = 1;

/** Attributes that a request brings for a trace. */
export type NewTraceAttributes = { id: string; attributes: TraceAttributes; isAlone?: true };

/** An event as the functions receive it: stamped by the event endpoint. */
export type BatchEvent = {
  /** the internal id, which is the same for a repeated delivery of the event */
  id: string;
  name: string;
  /** epoch ms */
  ts: number;
  /** the event source's payload, not parsed yet */
  data: unknown;
  keyId: string | null;
  /** the data again, if the intake stamped the event as a patch of the stored state */
  patch?: unknown;
  /** the client that sent the event, by the name in its request */
  client?: string | null;
  /** the trace context of the event's request; unset without tracing */
  traceparent?: string;
  /** the attributes of the event's trace that its request brought */
  trace?: NewTraceAttributes;
  /** the event only adds the known attributes of its trace to the stored state */
  isFill?: true;
  /** the number of our own webhooks that led to the event */
  depth: number;
  /** whether the endpoint replaced characters that cannot be stored */
  sanitized: boolean;
  /** the time at which the endpoint read the request's headers, epoch microseconds: the order of receipt */
  receivedMicros: number;
  /** the position of the event in its request, for the order of receipt */
  place: number;
};
