/** Attributes by name. A Map: no name of an attribute can reach a prototype. Values are JSON, long numbers included. */
export type Attributes = ReadonlyMap<string, unknown>;

export type SpanEvent = { name: string; timeMs: number | null; attributes: Attributes };
export type SpanLink = { traceId: string; spanId: string; attributes: Attributes };
export type Scope = { name: string; version: string | null; attributes: Attributes };

/** A span of an OTLP trace export (https://opentelemetry.io/docs/specs/otlp/), the same from JSON and protobuf. */
export type Span = {
  /** 32 lower-case hex digits, or another printable id as it was sent */
  traceId: string;
  /** 16 lower-case hex digits, or another printable id as it was sent */
  spanId: string;
  parentSpanId: string | null;
  name: string;
  /** epoch milliseconds; null where it is missing, zero or no time */
  startMs: number | null;
  endMs: number | null;
  attributes: Attributes;
  events: readonly SpanEvent[];
  links: readonly SpanLink[];
  /** 0 unset, 1 ok, 2 error */
  status: { code: number; message: string };
  /** what a limit of the sender's SDK left out */
  droppedAttributes: number;
  droppedEvents: number;
  resource: Attributes;
  scope: Scope;
};

export type RefusedSpan = { name: string; scope: string; reason: string; hasIds: boolean };

export type TraceExport = {
  spans: Span[];
  refused: RefusedSpan[];
  /** what the sender should mend, although the spans were taken */
  hints: Set<string>;
  /** bytes that were no UTF-8 became U+FFFD */
  hasBrokenBytes: boolean;
  /** a text may hold what no database keeps, in itself or in an escape of JSON within it */
  mayHoldBadText: boolean;
};

export const emptyExport = (): TraceExport => ({
  spans: [],
  refused: [],
  hints: new Set(),
  hasBrokenBytes: false,
  mayHoldBadText: false,
});

/** Why a request, or one span of it, cannot be decoded. The decoders throw nothing else. */
export class OtlpDecodingError extends Error {}

/** Levels of lists and key-value lists in one attribute; protobuf's own libraries stop at 100 too. */
const DEPTH_MAX = 100;

export function checkDepth(depth: number): void {
  if (depth > DEPTH_MAX) throw new OtlpDecodingError(`an attribute is nested deeper than ${DEPTH_MAX} levels`);
}

/** Makes a value once, for all spans that share it. An error of decoding is thrown for each of them. */
export function lazily<T>(make: () => T): () => T {
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
 * Whether an export holds log records that came to the address of traces. Log records and spans stand in the same
 * fields; a log record decodes as a span without ids.
 */
export function looksLikeLogs({ spans, refused }: TraceExport): boolean {
  return spans.length === 0 && refused.length > 0 && refused.every(({ hasIds }) => !hasIds);
}

/** The prefix of bytes, which JSON cannot hold; base64 follows. */
export const BYTES_PREFIX = "data:application/octet-stream;base64,";
