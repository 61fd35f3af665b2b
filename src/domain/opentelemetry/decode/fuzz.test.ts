import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bodyOf, isProtobuf, loadCaptures } from "../../../test/captures";
import { encodeProtobuf } from "../../../test/otlp-protobuf";
import { decodeJsonExport } from "./decode-json";
import { decodeProtobufExport } from "./decode-protobuf";
import { OtlpDecodingError, type TraceExport } from "./trace-export";

const bodies = loadCaptures().flatMap(({ requests }) =>
  requests
    .filter(({ path }) => path.endsWith("traces"))
    .map((request) => ({ bytes: bodyOf(request), protobuf: isProtobuf(request) })),
);
const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const jsonBodies = bodies.filter(({ protobuf }) => !protobuf).map(({ bytes }) => asText(bytes));
const protobufBodies = [
  ...bodies.filter(({ protobuf }) => protobuf).map(({ bytes }) => bytes),
  ...jsonBodies.slice(0, 20).flatMap((text) => encoded(text)),
];

function encoded(text: string): Uint8Array[] {
  try {
    return [encodeProtobuf(JSON.parse(text) as object)];
  } catch {
    return [];
  }
}

/** Runs a decoder. It may throw an OtlpDecodingError, but no other error. */
function attempt(decode: () => TraceExport): void {
  try {
    const { spans } = decode();
    for (const span of spans) expect(span.traceId && span.spanId).toBeTruthy();
  } catch (error) {
    if (!(error instanceof OtlpDecodingError)) throw error;
  }
}

/** The values that replace one value of a capture. */
const hostile = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    null,
    "",
    "__proto__",
    -1,
    1e400,
    "9".repeat(400),
    [],
    {},
    { __proto__: null },
    { high: {}, low: [] },
  ),
  fc.constantFrom({ values: null }, { data: [999] }, { arrayValue: 5 }, { kvlistValue: { values: [5] } }),
);

/** Lists the path of every value inside a JSON value. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, item]) => placesOf(item, [...path, name]))];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  (copy as Record<string, unknown>)[name] = replaced((value as Record<string, unknown>)[name], rest, by);
  return copy;
}

describe("mutated captures", () => {
  it("JSON: a value replaced anywhere throws nothing but an error of decoding", () => {
    const readable = jsonBodies.filter((text) => encoded(text).length > 0).map((text) => JSON.parse(text) as unknown);
    fc.assert(
      fc.property(fc.constantFrom(...readable), fc.nat(), hostile, (body, at, by) => {
        const places = placesOf(body);
        attempt(() => decodeJsonExport(JSON.stringify(replaced(body, places[at % places.length]!, by))));
      }),
      { numRuns: 600 },
    );
  });

  it("JSON: a text cut or changed anywhere throws nothing but an error of decoding", () => {
    fc.assert(
      fc.property(fc.constantFrom(...jsonBodies), fc.nat(), fc.string(), fc.boolean(), (text, at, by, isCut) => {
        const place = at % (text.length + 1);
        attempt(() => decodeJsonExport(text.slice(0, place) + by + (isCut ? "" : text.slice(place))));
      }),
      { numRuns: 500 },
    );
  });

  it("protobuf: bytes changed, cut or doubled throw nothing but an error of decoding", () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...protobufBodies),
        fc.array(change, { maxLength: 8 }),
        fc.nat(),
        (bytes, all, cut) => {
          const copy = Uint8Array.from(bytes);
          for (const { at, to } of all) copy[at % copy.length] = to;
          attempt(() => decodeProtobufExport(copy));
          attempt(() => decodeProtobufExport(copy.subarray(0, cut % (copy.length + 1))));
          attempt(() => decodeProtobufExport(copy.subarray(cut % (copy.length + 1))));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("any bytes and any text throw nothing but an error of decoding", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        attempt(() => decodeProtobufExport(bytes));
        attempt(() => decodeJsonExport(asText(bytes)));
      }),
      { numRuns: 3_000 },
    );
  });

  it("millions of empty messages are read without keeping them, and refused where they would be kept", () => {
    const empty = (tag: number): Uint8Array => {
      const bytes = new Uint8Array(1_000_000);
      for (let at = 0; at < bytes.length; at += 2) bytes[at] = tag;
      return bytes;
    };
    expect(decodeProtobufExport(empty(0x0a)).spans).toEqual([]);
    const around = (inner: Uint8Array, tag: number): Uint8Array => {
      const length = [0, 7, 14, 21].map((shift) => ((inner.length >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0));
      return Uint8Array.from(Buffer.concat([Uint8Array.from([tag, ...length]), inner]));
    };
    const spans = around(around(empty(0x12), 0x12), 0x0a);
    expect(() => decodeProtobufExport(spans)).toThrow("more than 200000 spans");
  });

  it("texts and messages nested a hundred thousand levels deep are refused", () => {
    const levels = 100_000;
    const open = '{"arrayValue":{"values":[';
    const value = `${open.repeat(levels)}${"]}}".repeat(levels)}`;
    const before =
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"a1","spanId":"b2","attributes":[{"key":"k","value":';
    attempt(() => decodeJsonExport(`${before}${value}}]}]}]}]}`));
    attempt(() => decodeJsonExport("[".repeat(levels)));
    attempt(() => decodeJsonExport(`${"[".repeat(levels)}12345678901234567890`));
    attempt(() => decodeProtobufExport(new Uint8Array(levels).fill(0x0a)));
  });
});
