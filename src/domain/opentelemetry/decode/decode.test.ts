import { describe, expect, it } from "vitest";
import { bodyOf, isProtobuf, loadCaptures } from "../../../test/captures";
import { encodeProtobuf } from "../../../test/otlp-protobuf";
import { LongNumber } from "../../json/long-number";
import { decodeJsonExport } from "./decode-json";
import { decodeProtobufExport } from "./decode-protobuf";
import { looksLikeLogExport, OtlpDecodingError, type OtlpSpan, type TraceExport } from "./trace-export";

const TRACE = "5b8efff798038103d269b633813fc60c";
const SPAN = "eee19b7ec3c1b110";
const ids = { traceId: TRACE, spanId: SPAN };

const exportOf = (...spans: unknown[]): object => ({
  resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: "lib", version: "1" }, spans }] }],
});
const json = (body: unknown): TraceExport => decodeJsonExport(JSON.stringify(body));
const fromJson = (...spans: unknown[]): TraceExport => json(exportOf(...spans));
const fromProtobuf = (...spans: unknown[]): TraceExport => decodeProtobufExport(encodeProtobuf(exportOf(...spans)));
const onlySpan = ({ spans }: TraceExport): OtlpSpan => {
  expect(spans).toHaveLength(1);
  return spans[0]!;
};
const valueOf = (value: unknown): unknown =>
  onlySpan(fromJson({ ...ids, attributes: [{ key: "a", value }] })).attributes.get("a");

describe("both encodings", () => {
  it("1: an empty request holds no spans and is no error", () => {
    for (const body of ["{}", '{"resourceSpans":[]}', '{"resourceSpans":null}'])
      expect(decodeJsonExport(body)).toMatchObject({ spans: [], refused: [] });
    expect(decodeProtobufExport(new Uint8Array(0))).toMatchObject({ spans: [], refused: [] });
  });

  it("6: a body in the other encoding is no export", () => {
    expect(() => decodeJsonExport("\n\u0010abc")).toThrow(OtlpDecodingError);
    expect(() => decodeProtobufExport(new TextEncoder().encode('{"resourceSpans":[]}'))).toThrow(OtlpDecodingError);
  });

  it("8: a span without an id is refused alone", () => {
    for (const decode of [fromJson, fromProtobuf]) {
      const { spans, refused } = decode({ ...ids, name: "a" }, { traceId: TRACE, name: "b" }, { ...ids, name: "c" });
      expect(spans.map(({ name }) => name)).toEqual(["a", "c"]);
      expect(refused).toEqual([{ name: "b", scope: "lib", reason: "spanId is missing or zero", hasIds: true }]);
    }
  });

  it("9: a batch in which no span has ids looks like a logs export", () => {
    for (const decode of [fromJson, fromProtobuf]) {
      expect(looksLikeLogExport(decode({ name: "a" }, { name: "b" }))).toBe(true);
      expect(looksLikeLogExport(decode({ name: "a" }, ids))).toBe(false);
      expect(looksLikeLogExport(decode())).toBe(false);
    }
  });

  it("12: a parent that is zero, empty or absent is no parent", () => {
    for (const parent of [{ parentSpanId: "0000000000000000" }, { parentSpanId: "" }, {}, { parentSpanId: null }])
      for (const decode of [fromJson, fromProtobuf])
        expect(onlySpan(decode({ ...ids, ...parent })).parentSpanId).toBeNull();
    for (const parentSpanId of ["AAAAAAAAAAA=", [], [0, 0, 0, 0, 0, 0, 0, 0], { type: "Buffer", data: [] }])
      expect(onlySpan(fromJson({ ...ids, parentSpanId })).parentSpanId).toBeNull();
  });

  it("18: a 64-bit integer keeps all its digits", () => {
    const numbers = ["7", "-1", "9223372036854775807", "-9223372036854775808", "9007199254740993", "4294967296"];
    const long = new LongNumber("9223372036854775807");
    const attributes = numbers.map((intValue, at) => ({ key: `n${at}`, value: { intValue } }));
    const expected = [7, -1, long, new LongNumber("-9223372036854775808"), new LongNumber("9007199254740993"), 2 ** 32];
    for (const decode of [fromJson, fromProtobuf])
      expect([...onlySpan(decode({ ...ids, attributes })).attributes.values()]).toEqual(expected);
    expect(valueOf({ intValue: 7 })).toBe(7);
    const attribute = '{"key":"a","value":{"intValue":9223372036854775807}}';
    const span = `{"traceId":"${TRACE}","spanId":"${SPAN}","attributes":[${attribute}]}`;
    const raw = `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
    expect(onlySpan(decodeJsonExport(raw)).attributes.get("a")).toEqual(long);
  });

  it("19: what JSON has no number for becomes text", () => {
    expect(valueOf({ doubleValue: "NaN" })).toBe("NaN");
    const attributes = [NaN, Infinity, -Infinity, 0.5].map((doubleValue, at) => ({
      key: `n${at}`,
      value: { doubleValue },
    }));
    const { attributes: read } = onlySpan(fromProtobuf({ ...ids, attributes }));
    expect([...read.values()]).toEqual(["NaN", "Infinity", "-Infinity", 0.5]);
  });

  it("20 and 21: key-value lists become objects, arrays lists of mixed items", () => {
    const kvlistValue = { values: [{ key: "a", value: { intValue: "1" } }] };
    const arrayValue = { values: [{ stringValue: "x" }, { intValue: "1" }] };
    const attributes = [
      { key: "object", value: { kvlistValue } },
      { key: "list", value: { arrayValue } },
      { key: "bytes", value: { bytesValue: "aGk=" } },
      { key: "object", value: { kvlistValue: { values: [{ key: "b", value: { boolValue: true } }] } } },
    ];
    for (const decode of [fromJson, fromProtobuf])
      expect(Object.fromEntries(onlySpan(decode({ ...ids, attributes })).attributes)).toEqual({
        object: { b: true },
        list: ["x", 1],
        bytes: "data:application/octet-stream;base64,aGk=",
      });
  });

  it("an attribute that is nested too deeply refuses its span alone", () => {
    let deep: unknown = { stringValue: "x" };
    for (let level = 0; level < 150; level++) deep = { arrayValue: { values: [deep] } };
    for (const decode of [fromJson, fromProtobuf]) {
      const { spans, refused } = decode({ ...ids, attributes: [{ key: "a", value: deep }] }, ids);
      expect(spans).toHaveLength(1);
      expect(refused[0]?.reason).toBe("an attribute is nested deeper than 100 levels");
    }
  });

  it("decode every capture to the same spans", () => {
    const requests = loadCaptures().flatMap(({ file, requests: all }) => all.map((request) => ({ file, request })));
    const exports = requests.filter(({ file, request }) => /traces$/.test(request.path) && !/^raw-/.test(file));
    expect(exports.length).toBeGreaterThan(50);
    for (const { request } of exports.filter((one) => !isProtobuf(one.request))) {
      const text = new TextDecoder().decode(bodyOf(request));
      const body = JSON.parse(text) as object;
      const { mayHoldBadText: _json, ...expected } = json(wellFormed(body));
      const { mayHoldBadText: _protobuf, ...made } = decodeProtobufExport(encodeProtobuf(wellFormed(body)));
      expect(made).toEqual(expected);
    }
  });
});

/** Replaces lone surrogates, which the UTF-8 of protobuf cannot hold. */
const wellFormed = (body: object): object =>
  JSON.parse(JSON.stringify(body), (_, item: unknown) =>
    typeof item === "string" ? Buffer.from(item, "utf8").toString("utf8") : item,
  ) as object;

describe("JSON of the wild", () => {
  it("10 and 11: ids in upper case, base64, bytes and as UUID become lower-case hex", () => {
    const bytes = [...Buffer.from(TRACE, "hex")];
    const forms = [
      TRACE.toUpperCase(),
      Buffer.from(TRACE, "hex").toString("base64"),
      bytes,
      { type: "Buffer", data: bytes },
      { data: bytes },
      "5b8efff7-9803-8103-d269-b633813fc60c",
    ];
    for (const traceId of forms) expect(onlySpan(fromJson({ ...ids, traceId })).traceId).toBe(TRACE);
    const base64 = Buffer.from(SPAN, "hex").toString("base64");
    expect(onlySpan(fromJson({ ...ids, spanId: base64 })).spanId).toBe(SPAN);
  });

  it("takes ids of other lengths as they are, and refuses what cannot be printed", () => {
    expect(onlySpan(fromJson({ traceId: "run 7", spanId: "step-1" }))).toMatchObject({
      traceId: "run 7",
      spanId: "step-1",
    });
    for (const spanId of ["a\u0000b", "x".repeat(129), 5, true, {}, ["a"], [256], { data: "x" }])
      expect(fromJson({ ...ids, spanId }).refused).toHaveLength(1);
  });

  it("15: takes a kind that is missing, unknown or a name", () => {
    for (const kind of [undefined, 99, "SPAN_KIND_SERVER"]) expect(fromJson({ ...ids, kind }).refused).toEqual([]);
  });

  it("16: an attribute without a value is null, one that is a bare value is that value", () => {
    expect(valueOf(undefined)).toBeNull();
    expect(valueOf({})).toBeNull();
    expect(valueOf("x")).toBe("x");
    expect(valueOf(5)).toBe(5);
    expect(valueOf({ arrayValue: { values: [{}, null, { arrayValue: {} }] } })).toEqual([null, null, []]);
  });

  it("17: attributes that are no list refuse their span, and the reason names them", () => {
    const { spans, refused } = fromJson({ ...ids, name: "a", attributes: { a: "b" } }, ids);
    expect(spans).toHaveLength(1);
    expect(refused).toEqual([
      { name: "a", scope: "lib", reason: "attributes must be a list of {key, value}", hasIds: true },
    ]);
  });

  it("22: times as text, number and two halves are the same", () => {
    const nanos = 1_700_000_000_123_456_789n;
    const halves = { high: Number(nanos >> 32n), low: Number(nanos & 0xffffffffn) };
    for (const startTimeUnixNano of [String(nanos), halves, { ...halves, low: halves.low | 0 }])
      expect(onlySpan(fromJson({ ...ids, startTimeUnixNano })).startMs).toBe(1_700_000_000_123);
    const raw = JSON.stringify(exportOf({ ...ids, startTimeUnixNano: 1 }));
    // Languages write a large floating number in one of these forms.
    for (const written of [nanos, `${nanos}.5`, "1.7000000001234568e+18", "1.70000000012345678E18", '"1.7e18"'])
      expect(
        onlySpan(decodeJsonExport(raw.replace('"startTimeUnixNano":1', `"startTimeUnixNano":${written}`))).startMs,
      ).toBe(written === '"1.7e18"' ? 1_700_000_000_000 : 1_700_000_000_123);
  });

  it("reads a body behind a byte order mark", () => {
    expect(decodeJsonExport(`\uFEFF${JSON.stringify(exportOf(ids))}`).spans).toHaveLength(1);
  });

  it("23: a time that is zero, empty or unreadable is missing", () => {
    for (const endTimeUnixNano of ["0", 0, "", null, "soon", -5, "-5", 1e300, {}, [], true])
      expect(onlySpan(fromJson({ ...ids, endTimeUnixNano })).endMs).toBeNull();
  });

  it("reads older and hand-made names of fields, and hints at them", () => {
    const attributes = [{ key: "a", value: { string_value: "x" } }];
    const span = { trace_id: TRACE, span_id: SPAN, start_time_unix_nano: "1700000000000000000", attributes };
    const made = json({
      resource_spans: [{ instrumentationLibrarySpans: [{ instrumentationLibrary: { name: "old" }, spans: [span] }] }],
    });
    expect(onlySpan(made)).toMatchObject({ traceId: TRACE, startMs: 1_700_000_000_000, scope: { name: "old" } });
    expect(onlySpan(made).attributes.get("a")).toBe("x");
    expect([...made.hints]).toContain("trace_id was read as traceId: OTLP in JSON has lowerCamelCase names");
  });

  it("reads a status by its name", () => {
    const status = (code: unknown): number => onlySpan(fromJson({ ...ids, status: { code } })).status.code;
    expect(["STATUS_CODE_ERROR", "Error", "2", 2, "STATUS_CODE_OK", "ok"].map(status)).toEqual([2, 2, 2, 2, 1, 1]);
    expect(["STATUS_CODE_UNSET", "UNSET", undefined, 7, "x", "constructor"].map(status)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("a list that is none refuses what it should hold, and takes the spans beside it", () => {
    const { spans, refused } = json({
      resourceSpans: [
        { scopeSpans: { spans: [ids] } },
        5,
        ...(exportOf(ids, "x") as { resourceSpans: [] }).resourceSpans,
      ],
    });
    expect(spans).toHaveLength(1);
    expect(refused.map(({ reason }) => reason)).toEqual([
      "scopeSpans must be a list",
      "an item of resourceSpans must be an object",
      "an item of spans must be an object",
    ]);
  });

  it("says that an export of logs or metrics came to the wrong address", () => {
    expect(() => decodeJsonExport('{"resourceLogs":[]}')).toThrow(/takes traces only/);
  });

  it("keeps names that reach for a prototype as names", () => {
    const kvlistValue = { values: [{ key: "__proto__", value: { stringValue: "p" } }] };
    const { attributes } = onlySpan(fromJson({ ...ids, attributes: [{ key: "__proto__", value: { kvlistValue } }] }));
    const read = attributes.get("__proto__") as object;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(["__proto__"]);
  });
});

describe("protobuf", () => {
  it("takes fields in any order, skips unknown ones and joins a message that comes twice", () => {
    const whole = encodeProtobuf(exportOf({ ...ids, name: "a", status: { code: 2, message: "boom" } }));
    const twice = Uint8Array.from([...whole, ...whole, (99 << 3) & 0x7f, 5]);
    expect(decodeProtobufExport(Uint8Array.from([0x98, 0x06, 5, ...whole])).spans).toHaveLength(1);
    expect(decodeProtobufExport(twice.subarray(0, twice.length - 2)).spans).toHaveLength(2);
    const reversed = { resourceSpans: [{ scopeSpans: [{ spans: [ids], scope: { name: "late" } }], resource: {} }] };
    expect(onlySpan(decodeProtobufExport(encodeProtobuf(reversed))).scope.name).toBe("late");
  });

  it("tells bytes that are no UTF-8 from a U+FFFD that was sent", () => {
    const sent = fromProtobuf({ ...ids, name: "a\uFFFD" });
    expect(sent.hasBrokenBytes).toBe(false);
    const bytes = encodeProtobuf(exportOf({ ...ids, name: "nameX" }));
    bytes[Buffer.from(bytes).indexOf("nameX") + 4] = 0xff;
    const broken = decodeProtobufExport(bytes);
    expect(onlySpan(broken).name).toBe("name\uFFFD");
    expect(broken.hasBrokenBytes).toBe(true);
  });

  it("both encodings tell whether a text may hold what no database keeps", () => {
    for (const [text, isBad] of [
      ["plain é \uFFFD", false],
      ["nul \u0000", true],
      ['{"a":"\\u0000"}', true],
      ['{"a":"\\\\ud800"}', true],
    ] as const)
      for (const decode of [fromJson, fromProtobuf])
        expect(decode({ ...ids, attributes: [{ key: "a", value: { stringValue: text } }] }).mayHoldBadText, text).toBe(
          isBad,
        );
  });

  it("refuses a span whose bytes are broken, and takes the others", () => {
    const bytes = encodeProtobuf(
      exportOf({ ...ids, attributes: [{ key: "kkkk", value: { stringValue: "vvvv" } }] }, ids),
    );
    bytes[Buffer.from(bytes).indexOf("kkkk") - 1] = 0x7f;
    const { spans, refused } = decodeProtobufExport(bytes);
    expect(spans).toHaveLength(1);
    expect(refused[0]?.reason).toMatch(/^It is no protobuf of OTLP/);
  });
});
