import { stringifyJson } from "../json/long-number";
import type { SpanAttributes, OtlpSpan } from "./decode/trace-export";

/**
 * Writes a span as text, by which the program recognises a repeat. The same span has the same text, in either encoding
 * and in any order of its attributes. A client that lost our answer sends the same span again.
 */
export function writeCanonicalSpanText(span: OtlpSpan): string {
  const { attributes, events, links, resource, scope, ...plain } = span;
  return stringifyJson([
    plain,
    sorted(attributes),
    events.map((event) => [event.name, event.timeMs, sorted(event.attributes)]),
    links.map((link) => [link.traceId, link.spanId, sorted(link.attributes)]),
    sorted(resource),
    [scope.name, scope.version, sorted(scope.attributes)],
  ]);
}

const sorted = (attributes: SpanAttributes): (readonly [string, unknown])[] =>
  [...attributes].sort(([left], [right]) => (left < right ? -1 : 1));
