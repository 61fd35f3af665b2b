import type { TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";

/** The current version of the events' data. An event without `data.v` has this version. */
export const DATA_VERSION = 1;

/** What a request says of a trace. */
export type TraceNews = { id: string; attributes: TraceAttributes; isAlone?: true };

/** An event as the functions receive it: stamped by the event endpoint. */
export type BatchEvent = {
  /** internal id, the same for a repeated delivery of the event */
  id: string;
  name: string;
  /** epoch ms */
  ts: number;
  /** the event source's payload, unparsed */
  data: unknown;
  keyId: string | null;
  /** the data, if our stamp calls it a patch */
  patch?: unknown;
  /** the client that sent the event, as its request named it */
  client?: string | null;
  /** the span of its request; not there without tracing */
  traceparent?: string;
  /** attributes of the event's trace that its request brought */
  trace?: TraceNews;
  /** the event only adds the known attributes of its trace to the stored state */
  isFill?: true;
  /** number of our own webhooks that led to the event */
  depth: number;
  /** whether the endpoint replaced characters */
  sanitized: boolean;
  /** the order of receipt: epoch microseconds at which the endpoint read the request's headers … */
  receivedMicros: number;
  /** … then the place in the request */
  place: number;
};
