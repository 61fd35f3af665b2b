import { makeCutMark, cutText } from "../../json/cut-text";
import { stringifyJson } from "../../json/long-number";
import type { InstrumentationScope, OtlpSpan, SpanAttributes } from "../decode/trace-export";

/**
 * The spans of an export may repeat this many characters of shared attributes for each byte of the export. A resource
 * of 5 KB with spans of 250 bytes needs 20.
 */
const REPEATED_PER_BYTE = 32;
/** The most characters of shared attributes that the spans of one export may repeat. */
const REPEATED_MAX = 64 * 1024 * 1024;
/** The fewest characters of a cut value. */
const VALUE_MIN = 64;
/** The characters that a cut value leaves for its name and for the mark of the cut. */
const NAME_AND_MARK = 128;

/** Says to the sender that shared attributes were cut. */
export const SHARED_ATTRIBUTES_CUT_MESSAGE =
  "Attributes of the resource or the scope were too long for so many spans and were cut.";

/**
 * Cuts attributes of resources and scopes that are too long to be repeated in the observation of each span. Without a
 * limit, half a megabyte with 1,000 spans and one long attribute of their resource would become 250 MB.
 * @param bytes the size of the export
 * @returns the same spans if nothing is too long
 */
export function cutSharedAttributes(spans: OtlpSpan[], bytes: number): OtlpSpan[] {
  const sizes = new Map<object, number>();
  const sizeOf = (part: SpanAttributes | InstrumentationScope): number => {
    const size =
      sizes.get(part) ?? (part instanceof Map ? lengthOfAttributes(part) : lengthOfScope(part as InstrumentationScope));
    sizes.set(part, size);
    return size;
  };
  const repeated = spans.reduce((sum, { resource, scope }) => sum + sizeOf(resource) + sizeOf(scope), 0);
  const most = Math.min(bytes * REPEATED_PER_BYTE, REPEATED_MAX);
  if (repeated <= most) return spans;
  const each = Math.floor(most / spans.length / 2);
  const resources = cutOnce((resource: SpanAttributes) => cutAttributes(resource, each));
  const scopes = cutOnce((scope: InstrumentationScope) => cutScope(scope, each));
  return spans.map((span) => ({
    ...span,
    resource: sizeOf(span.resource) > each ? resources(span.resource) : span.resource,
    scope: sizeOf(span.scope) > each ? scopes(span.scope) : span.scope,
  }));
}

const lengthOfAttributes = (attributes: SpanAttributes): number =>
  attributes.size === 0 ? 0 : stringifyJson(Object.fromEntries(attributes)).length;
const lengthOfScope = ({ name, version, attributes }: InstrumentationScope): number =>
  name.length + (version?.length ?? 0) + lengthOfAttributes(attributes);

/** Makes a function that cuts each object once, because spans share it. */
function cutOnce<T extends object>(cut: (whole: T) => T): (whole: T) => T {
  const made = new Map<T, T>();
  return (whole) => {
    const known = made.get(whole) ?? cut(whole);
    made.set(whole, known);
    return known;
  };
}

function cutScope({ name, version, attributes }: InstrumentationScope, most: number): InstrumentationScope {
  const each = Math.max(Math.floor(most / 3), VALUE_MIN);
  return {
    name: cutText(name, each),
    version: version && cutText(version, each),
    attributes: cutAttributes(attributes, each),
  };
}

/** Cuts the longest values, and leaves out all attributes from the first one on that still finds no room. */
function cutAttributes(attributes: SpanAttributes, most: number): SpanAttributes {
  const valueMax = Math.max(VALUE_MIN, Math.floor(most / Math.max(attributes.size, 1)) - NAME_AND_MARK);
  const kept = new Map<string, unknown>();
  let left = most;
  for (const [name, value] of attributes) {
    const made = cutValue(value, valueMax);
    left -= name.length + (typeof made === "string" ? made.length : stringifyJson(made).length);
    if (left < 0) break;
    kept.set(name, made);
  }
  return kept;
}

function cutValue(value: unknown, most: number): unknown {
  const text = typeof value === "string" ? value : stringifyJson(value);
  return text.length <= most ? value : cutText(text, most) + makeCutMark(text);
}
