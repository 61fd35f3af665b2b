import type { TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";

/** The current format version of an event's data, the value of `data.v`. An event without `data.v` has this version. */
export const EVENT_DATA_VERSION = 1;

/**
 * Attributes of a trace (such as its user or session) that came with a request, for all subjects of the trace.
 * `isAlone`: the event brings only these attributes and no subject.
 */
export type NewTraceAttributes = { id: string; attributes: TraceAttributes; isAlone?: true };

/**
 * An event as the background functions process it. The event endpoint, or the program that made the event itself, has
 * stamped it. Events from elsewhere have no stamp: an installation trusts or refuses them.
 */
export type BatchEvent = {
  /**
   * the event's id inside the program. A repeated request has the same ids if it has an id seed, or came by OTLP or
   * Langfuse.
   */
  id: string;
  name: string;
  /** epoch ms */
  ts: number;
  /** the payload of the event source, not parsed yet */
  data: unknown;
  keyId: string | null;
  /** the same data as in `data`, set only if the event changes single fields of the stored state */
  patch?: unknown;
  /** the name of the client library that sent the event, as its request gives it */
  client?: string | null;
  /** the W3C trace context of the request that brought the event; unset without tracing */
  traceparent?: string;
  /** attributes of the event's trace that came with the same request */
  trace?: NewTraceAttributes;
  /** the program made this event itself, to add later attributes of the trace to a stored subject */
  isFill?: true;
  /** how many webhooks of this program led to the event, one after the other, to stop endless loops */
  depth: number;
  /** whether the event endpoint replaced characters that PostgreSQL cannot store */
  sanitized: boolean;
  /** when the event endpoint read the headers of the request, epoch microseconds; decides the order of events */
  receivedMicros: number;
  /** the position of the event in its request; decides the order of events of one request */
  place: number;
};
