import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, isProtobuf, loadCaptures } from "../../../test/captures";
import { describePayloadError } from "../../event-source/payload-error";
import { ObservationCreated } from "../../event-source/observation-created/schema";
import { listCalledTools, listAvailableTools } from "../../event-source/observation-created/tools";
import { LongNumber } from "../../json/long-number";
import { decodeJsonExport } from "../decode/decode-json";
import { decodeProtobufExport } from "../decode/decode-protobuf";
import type { OtlpSpan } from "../decode/trace-export";
import { rebuildListFromDottedNames } from "./rebuild";
import { SpanReader } from "./span-reader";
import { convertSpanToObservation } from "./span-to-observation";
import { RECEIVED, spanOf } from "./testing";
import { collectTraceAttributesOfRequest } from "./trace-attributes";

const captured = loadCaptures()
  .filter(({ requests, expected }) => expected.status === 200 && requests.every(({ path }) => path.endsWith("traces")))
  .flatMap(({ requests }) =>
    requests.flatMap((request) => {
      const bytes = bodyOf(request);
      return isProtobuf(request)
        ? decodeProtobufExport(bytes).spans
        : decodeJsonExport(new TextDecoder().decode(bytes)).spans;
    }),
  );
const names = [...new Set(captured.flatMap(({ attributes }) => [...attributes.keys()]))];

/** Maps a span, and tells why the event source would refuse it. */
function problemOf(span: OtlpSpan): string | null {
  const trace = collectTraceAttributesOfRequest([span]).get(span.traceId)!;
  const sender = { sdk: null, sdkVersion: null };
  const made = ObservationCreated.safeParse({
    observation: convertSpanToObservation(span, { sender, receivedMs: RECEIVED, trace }),
  });
  if (!made.success) return describePayloadError(made.error);
  listAvailableTools(made.data.observation);
  listCalledTools(made.data.observation);
  return null;
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-1, 0, 1e308, 1e15, new LongNumber("9".repeat(30)), new LongNumber(`0.${"1".repeat(40)}`)),
);
const text = fc.oneof(
  fc.string(),
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '{"a":1e400}',
    '"',
    '"\\ud800"',
    "1e400",
    "NaN",
    "x".repeat(2_000),
    "[".repeat(600) + "]".repeat(600),
  ),
  fc.constantFrom('{"__proto__":{"x":1}}', '{"usage":{"inputTokens":1e308}}', '{"messages":[{"content":[null]}]}'),
);
const value = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 3 }), fc.jsonValue());

describe("mapping", () => {
  it("takes any value of any attribute that a capture has", () => {
    const changed = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...captured), changed, (span, values) => {
        const attributes = new Map([...span.attributes, ...Object.entries(values)]);
        expect(problemOf({ ...span, attributes })).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes any value of an attribute that the tables name, alone", () => {
    const prefixes = ["gen_ai.usage.", "llm.cost.", "llm.token_count.", "gen_ai.prompt.0.", "llm.tools.0."];
    const name = fc.oneof(
      fc.constantFrom(...names),
      fc.tuple(fc.constantFrom(...prefixes), fc.string()).map((parts) => parts.join("")),
      fc.constantFrom("gen_ai.response.time_to_first_chunk", "operation.cost", "events", "tags", "metadata"),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 8 }), fc.boolean(), (attributes, isError) => {
        const events = isError ? [{ name: "exception", attributes }] : [{ name: "gen_ai.content.prompt", attributes }];
        expect(problemOf(spanOf({ attributes, events }))).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("hostile names", () => {
  const reader = (attributes: Record<string, unknown>): SpanReader => new SpanReader(spanOf({ attributes }));

  it("build at most 10,000 places of lists", () => {
    const many = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, at) => [`p.${at % 300}.list.${Math.floor(at / 300)}.x`, at]),
    );
    const made = rebuildListFromDottedNames(reader(many), "p.")!;
    expect(made.names.length).toBeLessThanOrEqual(10_000);
    const lists = made.value as { list?: unknown[] }[];
    expect(lists.reduce((sum, { list }) => sum + (list?.length ?? 0), lists.length)).toBeLessThanOrEqual(10_000);
  });

  it("are ignored where they are too long, too deep, out of range or lead to a prototype", () => {
    const bad = {
      [`p.${"a.".repeat(100)}b`]: 1,
      [`p.${"a".repeat(2_000)}`]: 1,
      "p.10000.x": 1,
      "p.99999999": 1,
      "p.01.x": 1,
      "p..x": 1,
      "p.0.constructor.x": 1,
      "p.0.__proto__": 1,
    };
    expect(rebuildListFromDottedNames(reader(bad), "p.")).toBeNull();
    expect(rebuildListFromDottedNames(reader({ ...bad, "p.9999.x": 1 }), "p.")!.value).toEqual([{ x: 1 }]);
  });

  it("a name that is a value and a branch keeps the branch", () => {
    const attributes = { "p.0": "x", "p.0.a": 1, "p.1.a": 1, "p.1": "x" };
    expect(rebuildListFromDottedNames(reader(attributes), "p.")!.value).toEqual([{ a: 1 }, { a: 1 }]);
  });
});
