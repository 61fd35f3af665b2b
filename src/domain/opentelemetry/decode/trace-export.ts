/** Attributes by name, in a Map so that no name can reach a prototype. Values are JSON, with long numbers. */
export type SpanAttributes = ReadonlyMap<string, unknown>;

export type SpanEvent = { name: string; timeMs: number | null; attributes: SpanAttributes };
export type SpanLink = { traceId: string; spanId: string; attributes: SpanAttributes };
export type InstrumentationScope = { name: string; version: string | null; attributes: SpanAttributes };

/** A span of an OTLP trace export (https://opentelemetry.io/docs/specs/otlp/), in one form for JSON and protobuf. */
export type OtlpSpan = {
  /** 32 lower-case hex digits, or another printable id as it was sent */
  traceId: string;
  /** 16 lower-case hex digits, or another printable id as it was sent */
  spanId: string;
  parentSpanId: string | null;
  name: string;
  /** epoch milliseconds; null if the time is missing, zero or unreadable */
  startMs: number | null;
  endMs: number | null;
  attributes: SpanAttributes;
  events: readonly SpanEvent[];
  links: readonly SpanLink[];
  /** 0 unset, 1 ok, 2 error */
  status: { code: number; message: string };
  /** the number of attributes that a limit of the sender's SDK left out */
  droppedAttributes: number;
  droppedEvents: number;
  resource: SpanAttributes;
  scope: InstrumentationScope;
};

export type RefusedSpan = { name: string; scope: string; reason: string; hasIds: boolean };

export type TraceExport = {
  spans: OtlpSpan[];
  refused: RefusedSpan[];
  /** advice to the sender, although the spans were accepted */
  hints: Set<string>;
  /** whether bytes that were not UTF-8 became U+FFFD */
  hasBrokenBytes: boolean;
  /** whether a text may hold characters that no database keeps, directly or as an escape in JSON inside of the text */
  mayHoldBadText: boolean;
};

export const makeEmptyTraceExport = (): TraceExport => ({
  spans: [],
  refused: [],
  hints: new Set(),
  hasBrokenBytes: false,
  mayHoldBadText: false,
});

/** The error of a request, or of one span, that cannot be decoded. The decoders throw no other error. */
export class OtlpDecodingError extends Error {}

/** The most levels of lists and key-value lists in one attribute. Protobuf's own libraries stop at 100 too. */
const DEPTH_MAX = 100;

export function checkAttributeDepth(depth: number): void {
  if (depth > DEPTH_MAX) throw new OtlpDecodingError(`an attribute is nested deeper than ${DEPTH_MAX} levels`);
}

/**
 * Wraps a function so that it runs once, at its first use, for all spans that share its result. A decoding error is
 * thrown at each use.
 */
export function computeOnFirstUse<T>(make: () => T): () => T {
  let made: { value: T } | { error: unknown } | null = null;
  return () => {
    made ??= attempt(make);
    if ("error" in made) throw made.error;
    return made.value;
  };
}

function attempt<T>(make: () => T): { value: T } | { error: unknown } {
  try {
    return { value: make() };
  } catch (error) {
    return { error };
  }
}

/**
 * Tells whether an export holds log records that were sent to the path of traces. Log records and spans stand in the
 * same fields, and a log record decodes as a span without ids.
 */
export function looksLikeLogExport({ spans, refused }: TraceExport): boolean {
  return spans.length === 0 && refused.length > 0 && refused.every(({ hasIds }) => !hasIds);
}

/** The prefix of a byte value, with base64 behind it. JSON cannot hold bytes. */
export const BYTES_VALUE_PREFIX = "data:application/octet-stream;base64,";
