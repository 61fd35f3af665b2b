import { mayHoldUnstorableText } from "../../json/unstorable-text";
import { isJsonObject, isObjectOrList } from "../../json/json-kinds";
import { LongNumber } from "../../json/long-number";
import { isExactAsDouble, isNumberText } from "../../json/decimal";
import { parseJson, withoutByteOrderMark } from "../../json/read-json";
import { convertNanosToMs } from "./nanoseconds";
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

type Json = Record<string, unknown>;

/** Other names of a field: in snake_case, as hand-made exporters write, and in OTLP before 0.15. */
const ALIASES: Record<string, readonly string[]> = {
  resourceSpans: ["resource_spans"],
  scopeSpans: ["scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans"],
  scope: ["instrumentationLibrary", "instrumentation_library"],
  traceId: ["trace_id"],
  spanId: ["span_id"],
  parentSpanId: ["parent_span_id"],
  startTimeUnixNano: ["start_time_unix_nano"],
  endTimeUnixNano: ["end_time_unix_nano"],
  timeUnixNano: ["time_unix_nano"],
  droppedAttributesCount: ["dropped_attributes_count"],
  droppedEventsCount: ["dropped_events_count"],
  stringValue: ["string_value"],
  intValue: ["int_value"],
  boolValue: ["bool_value"],
  doubleValue: ["double_value"],
  arrayValue: ["array_value"],
  kvlistValue: ["kvlist_value"],
  bytesValue: ["bytes_value"],
};
const STATUS_CODES: ReadonlyMap<string, number> = new Map([
  ["OK", 1],
  ["ERROR", 2],
]);

/**
 * Decodes an OTLP trace export in JSON. A span that breaks the rules is refused alone.
 * @throws OtlpDecodingError if the text is no JSON, or no trace export
 */
export function decodeJsonExport(text: string): TraceExport {
  return { ...new JsonExport().read(parse(text)), mayHoldBadText: mayHoldUnstorableText(text) };
}

function parse(text: string): unknown {
  try {
    return parseJson(withoutByteOrderMark(text));
  } catch (error) {
    // A RangeError means that the JSON is nested deeper than the stack allows.
    const reason = error instanceof RangeError ? "it is nested too deeply" : (error as Error).message;
    throw new OtlpDecodingError(`The body is not JSON: ${reason.slice(0, 200)}`);
  }
}

class JsonExport {
  private readonly found = makeEmptyTraceExport();

  read(body: unknown): TraceExport {
    if (!isJsonObject(body)) throw new OtlpDecodingError("The body must be an object with resourceSpans");
    const other = ["Logs", "Metrics"].find((signal) => Object.hasOwn(body, `resource${signal}`));
    if (other && !Object.hasOwn(body, "resourceSpans"))
      throw new OtlpDecodingError(
        `The body holds resource${other}: this address takes traces only. Send ${other.toLowerCase()} elsewhere`,
      );
    this.each({ owner: body, field: "resourceSpans", scope: "" }, (resourceSpans) => {
      const resource = computeOnFirstUse(() =>
        this.attributes(objectOf(resourceSpans["resource"], "resource"), "resource"),
      );
      this.each({ owner: resourceSpans, field: "scopeSpans", scope: "" }, (scopeSpans) => {
        const given = this.get(scopeSpans, "scope");
        const scopeName = isJsonObject(given) ? textOf(given["name"]) : "";
        const scope = computeOnFirstUse(() => this.scope(given));
        this.each({ owner: scopeSpans, field: "spans", scope: scopeName }, (span) =>
          this.take(span, { scopeName, scope, resource }),
        );
      });
    });
    return this.found;
  }

  /**
   * Calls `use` for each object of a list. If the field is no list, or an item is no object, that counts as one refused
   * span. Null counts as nothing.
   */
  private each(
    { owner, field, scope }: { owner: Json; field: string; scope: string },
    use: (item: Json) => void,
  ): void {
    const list = this.get(owner, field);
    if (list === undefined || list === null) return;
    if (!Array.isArray(list)) {
      this.found.refused.push({ name: "", scope, reason: `${field} must be a list`, hasIds: true });
      return;
    }
    for (const item of list as unknown[]) {
      if (isJsonObject(item)) use(item);
      else if (item !== null)
        this.found.refused.push({ name: "", scope, reason: `an item of ${field} must be an object`, hasIds: true });
    }
  }

  private take(
    span: Json,
    {
      scopeName,
      scope,
      resource,
    }: { scopeName: string; scope: () => InstrumentationScope; resource: () => SpanAttributes },
  ): void {
    try {
      this.found.spans.push(this.span(span, scope(), resource()));
    } catch (error) {
      if (!(error instanceof OtlpDecodingError)) throw error;
      const hasIds = Boolean(this.get(span, "traceId") ?? this.get(span, "spanId"));
      this.found.refused.push({ name: textOf(span["name"]), scope: scopeName, reason: error.message, hasIds });
    }
  }

  private span(given: Json, scope: InstrumentationScope, resource: SpanAttributes): OtlpSpan {
    const traceId = readOtlpId(this.get(given, "traceId"), "traceId");
    const spanId = readOtlpId(this.get(given, "spanId"), "spanId");
    checkSpanIds({ traceId, spanId });
    return {
      traceId,
      spanId,
      parentSpanId: readOtlpId(this.get(given, "parentSpanId"), "parentSpanId") || null,
      name: textOf(given["name"]),
      startMs: convertNanosToMs(this.get(given, "startTimeUnixNano")),
      endMs: convertNanosToMs(this.get(given, "endTimeUnixNano")),
      attributes: this.attributes(given, ""),
      events: this.listOf(given, "events").map((event) => this.event(event)),
      links: this.listOf(given, "links").map((link) => this.link(link)),
      status: statusOf(given["status"]),
      droppedAttributes: countOf(this.get(given, "droppedAttributesCount")),
      droppedEvents: countOf(this.get(given, "droppedEventsCount")),
      resource,
      scope,
    };
  }

  private scope(given: unknown): InstrumentationScope {
    const scope = objectOf(given, "scope");
    return {
      name: textOf(scope["name"]),
      version: textOf(scope["version"]) || null,
      attributes: this.attributes(scope, "scope"),
    };
  }

  private event(event: Json): SpanEvent {
    return {
      name: textOf(event["name"]),
      timeMs: convertNanosToMs(this.get(event, "timeUnixNano")),
      attributes: this.attributes(event, "event"),
    };
  }

  private link(link: Json): SpanLink {
    return {
      traceId: readOtlpId(this.get(link, "traceId"), "link.traceId"),
      spanId: readOtlpId(this.get(link, "spanId"), "link.spanId"),
      attributes: this.attributes(link, "link"),
    };
  }

  private listOf(owner: Json, field: string): Json[] {
    const list = owner[field];
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list)) throw new OtlpDecodingError(`${field} must be a list`);
    return list.filter((item) => item !== null).map((item) => objectOf(item, `an item of ${field}`));
  }

  private attributes(owner: Json, place: string): SpanAttributes {
    const name = place === "" ? "attributes" : `${place}.attributes`;
    const list = owner["attributes"];
    if (list === undefined || list === null) return new Map();
    if (!Array.isArray(list)) throw new OtlpDecodingError(`${name} must be a list of {key, value}`);
    return this.keyValues(list, name, 0);
  }

  private keyValues(list: unknown[], name: string, depth: number): Map<string, unknown> {
    const made = new Map<string, unknown>();
    for (const item of list) {
      if (item === null) continue;
      if (!isJsonObject(item) || typeof item["key"] !== "string")
        throw new OtlpDecodingError(`${name} must be a list of {key, value}`);
      made.set(item["key"], this.value(item["value"], depth));
    }
    return made;
  }

  private value(given: unknown, depth: number): unknown {
    checkAttributeDepth(depth);
    if (given === undefined || given === null) return null;
    if (Array.isArray(given)) return given.map((item) => this.value(item, depth + 1));
    // Some exporters write a bare text or number in place of an AnyValue.
    if (!isJsonObject(given)) return typeof given === "string" ? given : finiteOrText(given);
    const text = this.get(given, "stringValue") ?? null;
    if (text !== null) return isObjectOrList(text) ? null : String(text as string);
    const integer = this.get(given, "intValue") ?? null;
    if (integer !== null) return numberOf(integer);
    const bool = this.get(given, "boolValue") ?? null;
    if (bool !== null) return bool === true || bool === "true";
    const double = this.get(given, "doubleValue") ?? null;
    if (double !== null) return numberOf(double);
    const array = this.get(given, "arrayValue") ?? null;
    if (array !== null) return valuesOf(array).map((item) => this.value(item, depth + 1));
    const pairs = this.get(given, "kvlistValue") ?? null;
    if (pairs !== null) return Object.fromEntries(this.keyValues(valuesOf(pairs), "kvlistValue.values", depth + 1));
    const bytes = this.get(given, "bytesValue") ?? null;
    return typeof bytes === "string" ? BYTES_VALUE_PREFIX + bytes : null;
  }

  private get(owner: Json, field: string): unknown {
    if (Object.hasOwn(owner, field)) return owner[field];
    for (const alias of ALIASES[field] ?? []) {
      if (!Object.hasOwn(owner, alias)) continue;
      this.found.hints.add(`${alias} was read as ${field}: OTLP in JSON has lowerCamelCase names`);
      return owner[alias];
    }
    return undefined;
  }
}

function valuesOf(given: unknown): unknown[] {
  if (Array.isArray(given)) return given;
  const values = isJsonObject(given) ? given["values"] : null;
  return Array.isArray(values) ? values : [];
}

/**
 * Parses a text as a number, and keeps all digits of a long one. `NaN`, `Infinity` and text that is no number stay
 * text. A value that is neither number nor text becomes null.
 */
function numberOf(given: unknown): unknown {
  if (typeof given === "number" || given instanceof LongNumber) return finiteOrText(given);
  if (typeof given !== "string") return null;
  const text = given.trim();
  if (!isNumberText(text)) return given;
  return isExactAsDouble(text) ? Number(text) : finiteOrText(new LongNumber(text));
}

/** Turns a number beyond the range of a double, such as 1e400, into text. */
function finiteOrText(given: unknown): unknown {
  return given instanceof LongNumber && !Number.isFinite(given.valueOf()) ? given.digits : given;
}

function statusOf(given: unknown): OtlpSpan["status"] {
  if (!isJsonObject(given)) return { code: 0, message: "" };
  const { code } = given;
  const name = typeof code === "string" ? code.trim().toUpperCase().replace("STATUS_CODE_", "") : "";
  const known = STATUS_CODES.get(name) ?? Number(code);
  return { code: known === 1 || known === 2 ? known : 0, message: textOf(given["message"]) };
}

function countOf(given: unknown): number {
  const count = typeof given === "string" || typeof given === "number" ? Number(given) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

function textOf(given: unknown): string {
  if (typeof given === "string") return given;
  return typeof given === "number" || typeof given === "boolean" || given instanceof LongNumber ? String(given) : "";
}

function objectOf(given: unknown, name: string): Json {
  if (given === undefined || given === null) return {};
  if (!isJsonObject(given)) throw new OtlpDecodingError(`${name} must be an object`);
  return given;
}
