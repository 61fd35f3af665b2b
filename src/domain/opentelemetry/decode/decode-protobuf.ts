import { mayHoldUnstorableText } from "../../json/unstorable-text";
import { joinUint64Halves, convertNanosToMs } from "./nanoseconds";
import { WIRE_TYPE_FIXED64, WIRE_TYPE_LENGTH, ProtobufReader, toBase64, WIRE_TYPE_VARINT } from "./protobuf-reader";
import { checkSpanIds, readOtlpId } from "./span-id";
import {
  BYTES_VALUE_PREFIX,
  checkAttributeDepth,
  makeEmptyTraceExport,
  computeOnFirstUse,
  OtlpDecodingError,
  type SpanAttributes,
  type InstrumentationScope,
} from "./trace-export";
import type { OtlpSpan, SpanEvent, SpanLink, TraceExport } from "./trace-export";

/*
 * Field numbers are those of opentelemetry/proto/trace/v1/trace.proto and its imports. The decoder skips a field with
 * an unknown number or an unexpected wire type, as the protocol demands.
 */

/**
 * The most values (attributes and list items) and the most spans of one export. An export with more is an attempt to
 * fill the memory.
 */
const VALUES_MAX = 4_000_000;
const SPANS_MAX = 200_000;

/**
 * Decodes an OTLP trace export in protobuf. A span whose bytes are broken, or that breaks the rules, is refused alone.
 * @throws OtlpDecodingError if the bytes around the spans are not protobuf, or the export has too many spans or values
 */
export function decodeProtobufExport(bytes: Uint8Array): TraceExport {
  return new ProtobufExport().read(new ProtobufReader(bytes));
}

class ProtobufExport {
  private readonly found = makeEmptyTraceExport();
  private values = 0;

  read(request: ProtobufReader): TraceExport {
    each(request, 1, (resourceSpans) => {
      const resource = computeOnFirstUse(() => this.attributesOf(resourceSpans, 1, 1));
      each(resourceSpans, 2, (scopeSpans) => {
        const scope = computeOnFirstUse(() => this.scope(scopeSpans));
        each(scopeSpans, 2, (span) => this.take(span, scope, resource));
      });
    });
    return this.found;
  }

  private take(message: ProtobufReader, scope: () => InstrumentationScope, resource: () => SpanAttributes): void {
    if (this.found.spans.length + this.found.refused.length >= SPANS_MAX)
      throw new TooMuch(`The export holds more than ${SPANS_MAX} spans; send fewer at once`);
    const head = { ...EMPTY_HEAD };
    try {
      this.head(message.again(), head);
      this.found.spans.push(this.span(message, head, { scope, resource }));
    } catch (error) {
      if (!(error instanceof OtlpDecodingError) || error instanceof TooMuch) throw error;
      const hasIds = head.traceId.length > 0 || head.spanId.length > 0;
      this.found.refused.push({ name: head.name, scope: nameOf(scope), reason: error.message, hasIds });
    }
  }

  /** Reads the span's own fields. The messages inside of the span are decoded later, once the ids are known. */
  private head(reader: ProtobufReader, head: Head): void {
    while (reader.next()) {
      if (reader.is(1, WIRE_TYPE_LENGTH)) head.traceId = reader.slice();
      else if (reader.is(2, WIRE_TYPE_LENGTH)) head.spanId = reader.slice();
      else if (reader.is(4, WIRE_TYPE_LENGTH)) head.parentSpanId = reader.slice();
      else if (reader.is(5, WIRE_TYPE_LENGTH)) head.name = this.text(reader);
      else if (reader.is(7, WIRE_TYPE_FIXED64)) head.startMs = readTime(reader);
      else if (reader.is(8, WIRE_TYPE_FIXED64)) head.endMs = readTime(reader);
      else if (reader.is(10, WIRE_TYPE_VARINT)) head.droppedAttributes = Number(reader.int64());
      else if (reader.is(12, WIRE_TYPE_VARINT)) head.droppedEvents = Number(reader.int64());
      else reader.skip();
    }
  }

  private span(
    message: ProtobufReader,
    head: Head,
    { scope, resource }: { scope: () => InstrumentationScope; resource: () => SpanAttributes },
  ): OtlpSpan {
    const traceId = readOtlpId(head.traceId, "traceId");
    const spanId = readOtlpId(head.spanId, "spanId");
    checkSpanIds({ traceId, spanId });
    const attributes = new Map<string, unknown>();
    const events: SpanEvent[] = [];
    const links: SpanLink[] = [];
    const status = { code: 0, message: "" };
    const reader = message.again();
    while (reader.next()) {
      if (reader.is(9, WIRE_TYPE_LENGTH)) this.addAttribute(attributes, reader.message(), 0);
      else if (reader.is(11, WIRE_TYPE_LENGTH)) events.push(this.event(reader.message()));
      else if (reader.is(13, WIRE_TYPE_LENGTH)) links.push(this.link(reader.message()));
      else if (reader.is(15, WIRE_TYPE_LENGTH)) this.readStatus(reader.message(), status);
      else reader.skip();
    }
    if (status.code !== 1 && status.code !== 2) status.code = 0;
    const parentSpanId = readOtlpId(head.parentSpanId, "parentSpanId") || null;
    const { name, startMs, endMs, droppedAttributes, droppedEvents } = head;
    return {
      ...{ traceId, spanId, parentSpanId, name, startMs, endMs, attributes, events, links, status },
      ...{ droppedAttributes, droppedEvents, resource: resource(), scope: scope() },
    };
  }

  private scope(scopeSpans: ProtobufReader): InstrumentationScope {
    let name = "";
    let version: string | null = null;
    const attributes = new Map<string, unknown>();
    each(scopeSpans, 1, (reader) => {
      while (reader.next()) {
        if (reader.is(1, WIRE_TYPE_LENGTH)) name = this.text(reader);
        else if (reader.is(2, WIRE_TYPE_LENGTH)) version = this.text(reader) || null;
        else if (reader.is(3, WIRE_TYPE_LENGTH)) this.addAttribute(attributes, reader.message(), 0);
        else reader.skip();
      }
    });
    return { name, version, attributes };
  }

  private event(reader: ProtobufReader): SpanEvent {
    this.count();
    const attributes = new Map<string, unknown>();
    let name = "";
    let timeMs: number | null = null;
    while (reader.next()) {
      if (reader.is(1, WIRE_TYPE_FIXED64)) timeMs = readTime(reader);
      else if (reader.is(2, WIRE_TYPE_LENGTH)) name = this.text(reader);
      else if (reader.is(3, WIRE_TYPE_LENGTH)) this.addAttribute(attributes, reader.message(), 0);
      else reader.skip();
    }
    return { name, timeMs, attributes };
  }

  private link(reader: ProtobufReader): SpanLink {
    this.count();
    const attributes = new Map<string, unknown>();
    let traceId: Uint8Array | undefined;
    let spanId: Uint8Array | undefined;
    while (reader.next()) {
      if (reader.is(1, WIRE_TYPE_LENGTH)) traceId = reader.slice();
      else if (reader.is(2, WIRE_TYPE_LENGTH)) spanId = reader.slice();
      else if (reader.is(4, WIRE_TYPE_LENGTH)) this.addAttribute(attributes, reader.message(), 0);
      else reader.skip();
    }
    return { traceId: readOtlpId(traceId, "link.traceId"), spanId: readOtlpId(spanId, "link.spanId"), attributes };
  }

  private readStatus(reader: ProtobufReader, status: OtlpSpan["status"]): void {
    while (reader.next()) {
      if (reader.is(2, WIRE_TYPE_LENGTH)) status.message = this.text(reader);
      else if (reader.is(3, WIRE_TYPE_VARINT)) status.code = Number(reader.int64());
      else reader.skip();
    }
  }

  /** Reads attributes from the field `inner` of each message in the field `field`. */
  private attributesOf(owner: ProtobufReader, field: number, inner: number): SpanAttributes {
    const made = new Map<string, unknown>();
    each(owner, field, (message) => each(message, inner, (pair) => this.addAttribute(made, pair, 0)));
    return made;
  }

  private addAttribute(to: Map<string, unknown>, reader: ProtobufReader, depth: number): void {
    this.count();
    let key = "";
    let value: unknown = null;
    while (reader.next()) {
      if (reader.is(1, WIRE_TYPE_LENGTH)) key = this.text(reader);
      else if (reader.is(2, WIRE_TYPE_LENGTH)) value = this.value(reader.message(), depth);
      else reader.skip();
    }
    to.set(key, value);
  }

  private value(reader: ProtobufReader, depth: number): unknown {
    checkAttributeDepth(depth);
    let value: unknown = null;
    while (reader.next()) {
      if (reader.is(1, WIRE_TYPE_LENGTH)) value = this.text(reader);
      else if (reader.is(2, WIRE_TYPE_VARINT)) value = Number(reader.int64()) !== 0;
      else if (reader.is(3, WIRE_TYPE_VARINT)) value = reader.int64();
      else if (reader.is(4, WIRE_TYPE_FIXED64)) value = jsonNumber(reader.double());
      else if (reader.is(5, WIRE_TYPE_LENGTH)) value = this.list(reader.message(), depth + 1);
      else if (reader.is(6, WIRE_TYPE_LENGTH)) value = this.object(reader.message(), depth + 1);
      else if (reader.is(7, WIRE_TYPE_LENGTH)) value = BYTES_VALUE_PREFIX + toBase64(reader.slice());
      else reader.skip();
    }
    return value;
  }

  private list(reader: ProtobufReader, depth: number): unknown[] {
    const made: unknown[] = [];
    each(reader, 1, (item) => {
      this.count();
      made.push(this.value(item, depth));
    });
    return made;
  }

  private object(reader: ProtobufReader, depth: number): Record<string, unknown> {
    const made = new Map<string, unknown>();
    each(reader, 1, (pair) => this.addAttribute(made, pair, depth));
    return Object.fromEntries(made);
  }

  private text(reader: ProtobufReader): string {
    const text = reader.text();
    if (!this.found.mayHoldBadText) this.found.mayHoldBadText = mayHoldUnstorableText(text);
    if (!this.found.hasBrokenBytes && text.includes("\uFFFD") && !reader.wasUtf8()) this.found.hasBrokenBytes = true;
    return text;
  }

  private count(): void {
    this.values += 1;
    if (this.values > VALUES_MAX)
      throw new TooMuch(`The export holds more than ${VALUES_MAX} attributes and values; send fewer spans at once`);
  }
}

/**
 * The error of an export with too many spans or values. It refuses the whole export, not only the span that exceeded
 * the limit.
 */
class TooMuch extends OtlpDecodingError {}

type Head = Pick<OtlpSpan, "name" | "startMs" | "endMs" | "droppedAttributes" | "droppedEvents"> &
  Record<"traceId" | "spanId" | "parentSpanId", Uint8Array>;

const NO_BYTES = new Uint8Array(0);
const EMPTY_HEAD: Head = {
  ...{ traceId: NO_BYTES, spanId: NO_BYTES, parentSpanId: NO_BYTES, name: "" },
  ...{ startMs: null, endMs: null, droppedAttributes: 0, droppedEvents: 0 },
};

/**
 * Calls `use` for each message in a field. It collects nothing, because an export may hold millions of empty messages.
 */
function each(owner: ProtobufReader, field: number, use: (message: ProtobufReader) => void): void {
  const reader = owner.again();
  while (reader.next()) {
    if (reader.is(field, WIRE_TYPE_LENGTH)) use(reader.message());
    else reader.skip();
  }
}

function readTime(reader: ProtobufReader): number | null {
  const { high, low } = reader.fixed64();
  return convertNanosToMs(joinUint64Halves(high, low));
}

/** Turns NaN and infinite numbers into text, because JSON cannot write them. */
const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** Returns the scope's name for a report. A scope that cannot be decoded has an empty name. */
function nameOf(scope: () => InstrumentationScope): string {
  try {
    return scope().name;
  } catch {
    return "";
  }
}
