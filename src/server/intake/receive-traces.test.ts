import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEventKey, makeProject } from "@/test/factories";
import { encodeProtobuf } from "@/test/otlp-protobuf";
import { dropCachedRedactionRules } from "@/server/services/redaction/cached-redaction-rules";
import { useTestContext } from "@/test/use-test-context";
import { createBodyBudgets, SMALL_BODY_BYTES_MAX } from "../body-budgets";
import { createEventReader } from "@/server/event-reader/event-reader";
import { createRateLimiter } from "../rate-limit";
import { readStampedEvent } from "../services/read-stamped-event";
import type { StampedEvent } from "../services/redact-and-stamp-events";
import type { IntakeRuntime } from "./intake-steps";
import { receiveTraces } from "./receive-traces";

const { ctx } = useTestContext();
const bodies = createBodyBudgets();
const eventReader = createEventReader(ctx.log);
afterAll(() => eventReader.close());
let projectId: string;
let key: string;
let runtime: IntakeRuntime;
let forwarded: StampedEvent[][] = [];

beforeAll(async () => {
  projectId = (await makeProject(ctx)).id;
  key = await makeEventKey(ctx, projectId);
  runtime = {
    ...{
      context: ctx,
      stampKey: null,
      bodies,
      rates: createRateLimiter(ctx),
      isPaceLow: null,
      overload: () => null,
      eventReader,
    },
    forward: async (events) => {
      forwarded.push(events);
      return { status: 200, body: { ids: [], status: 200 } };
    },
  };
});

const TRACE = "5b8efff798038103d269b633813fc60c";
const spanOf = (index: number, fields: object = {}): object => ({
  ...{ traceId: TRACE, spanId: (index + 1).toString(16).padStart(16, "0"), name: `step ${index}` },
  ...{ startTimeUnixNano: "1767225600000000000", endTimeUnixNano: "1767225601500000000", attributes: [] },
  ...fields,
});
const exportOf = (...spans: object[]): object => ({
  resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: { name: "lib" }, spans }] }],
});

type Options = {
  headers?: Record<string, string>;
  change?: Partial<IntakeRuntime>;
  answerWithinMs?: number;
  send?: typeof receiveTraces;
};
const basic = (secret: string): string => `Basic ${Buffer.from(`pk-lf-1:${secret}`).toString("base64")}`;

async function post(body: string | Uint8Array | object, options: Options = {}) {
  forwarded = [];
  const isBytes = body instanceof Uint8Array;
  const request = new Request("http://localhost/v1/traces", {
    method: "POST",
    headers: {
      "content-type": isBytes ? "application/x-protobuf" : "application/json",
      authorization: basic(key),
      ...options.headers,
    },
    body: isBytes ? Buffer.from(body) : typeof body === "string" ? body : JSON.stringify(body),
  });
  const { change, send = receiveTraces, ...limits } = options;
  const response = await send({ ...runtime, ...change }, request, { keyInPath: null, ...limits });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { status, headers } = response;
  return {
    status,
    type: headers.get("content-type"),
    retryAfter: headers.get("retry-after"),
    bytes,
    text: Buffer.from(bytes).toString(),
  };
}

type Opened = ReturnType<typeof readStampedEvent>;
const opened = (): Opened[] =>
  forwarded.flat().map(({ name, ts, json }): Opened =>
    readStampedEvent({
      ...{ id: "", name, ts, data: JSON.parse(json) as Record<string, unknown> },
      ...{ stampKey: null, trustEvents: false, batch: { receivedMicros: 0, place: 0 } },
    }),
  );
const observations = (): Record<string, unknown>[] =>
  opened().map(({ event }) => (event.data as { observation: Record<string, unknown> }).observation);

describe("an export of traces", () => {
  it("1 and 5: JSON is answered with an empty object, and each span is one event of the key's project", async () => {
    const headers = { "content-type": "Application/JSON; charset=utf-8" };
    expect(await post(exportOf(spanOf(0), spanOf(1)), { headers })).toMatchObject({
      status: 200,
      type: "application/json",
      text: "{}",
    });
    expect(opened()).toMatchObject([
      { ok: true, projectId },
      { ok: true, projectId },
    ]);
    expect(observations()).toMatchObject([
      { name: "step 0", ingestion: { protocol: "otlp" } },
      { name: "step 1", traceId: TRACE },
    ]);
    expect(await post({})).toMatchObject({ status: 200, text: "{}" });
    expect(forwarded).toEqual([]);
  });

  it("2: protobuf and gzip are answered with no bytes", async () => {
    const spans = Array.from({ length: 512 }, (_, index) => spanOf(index));
    const packed = gzipSync(encodeProtobuf(exportOf(...spans)));
    expect(await post(packed, { headers: { "content-encoding": "gzip" } })).toMatchObject({
      ...{ status: 200, type: "application/x-protobuf", text: "" },
    });
    expect(observations()).toHaveLength(512);
    expect((await post(new Uint8Array(0))).status).toBe(200);
  });

  it("3: a body that a proxy has unpacked is taken; deflate is read; another packing is refused", async () => {
    const body = JSON.stringify(exportOf(spanOf(0)));
    const as = (encoding: string): Options => ({
      headers: { "content-encoding": encoding, "content-type": "application/json" },
    });
    expect((await post(body, as("gzip"))).status).toBe(200);
    expect((await post(deflateSync(body), as("deflate"))).status).toBe(200);
    expect(observations()).toHaveLength(1);
    expect((await post(body, as("br"))).status).toBe(415);
    expect((await post(deflateSync(body).subarray(0, 20), as("deflate"))).status).toBe(400);
  });

  it("4: a gzip bomb ends at the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1_048_576));
    expect(bomb.length).toBeLessThan(100_000);
    const { status, text } = await post(bomb, { headers: { "content-encoding": "gzip" } });
    expect(status).toBe(413);
    expect(text).toContain("64 MiB");
  });

  it("6: a body in another encoding than its content type says is refused, and the reason names both", async () => {
    const headers = { "content-type": "application/json" };
    const { status, text } = await post(encodeProtobuf(exportOf(spanOf(0))), { headers });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 3, message: expect.stringContaining("is it protobuf?") });
    const other = await post(Buffer.from("{}"));
    expect(other).toMatchObject({ status: 400, type: "application/x-protobuf" });
    expect(other.text).toContain("is it JSON?");
  });

  it("a body without a content type is looked at, one with another type is refused", async () => {
    const octets = { "content-type": "application/octet-stream" };
    expect(await post(` \n${JSON.stringify(exportOf(spanOf(0)))}`, { headers: octets })).toMatchObject({
      status: 200,
      text: "{}",
    });
    const marked = Buffer.from(`\uFEFF${JSON.stringify(exportOf(spanOf(0)))}`);
    expect(await post(marked, { headers: octets })).toMatchObject({ status: 200, text: "{}" });
    const binary = encodeProtobuf(exportOf(spanOf(0)));
    expect(await post(binary, { headers: octets })).toMatchObject({ status: 200, text: "" });
    expect((await post("x=1", { headers: { "content-type": "application/x-www-form-urlencoded" } })).status).toBe(415);
  });

  it("7 and 93: a wrong key is refused in the request's encoding, before the body is read", async () => {
    const wrong = { authorization: basic("sk-lf-wrong") };
    const answer = await post(encodeProtobuf(exportOf(spanOf(0))), { headers: wrong });
    expect(answer).toMatchObject({ status: 401, type: "application/x-protobuf" });
    // Field 1, the code 16; field 2, the message.
    expect([...answer.bytes.subarray(0, 3)]).toEqual([8, 16, 18]);
    expect((await post({}, { headers: { authorization: "" } })).status).toBe(401);
    const announced = { ...wrong, "content-length": String(70 * 1_048_576) };
    expect((await post({}, { headers: announced })).status).toBe(401);
  });

  it("a key whose project was deleted is refused with 403, in the request's encoding", async () => {
    const gone = await makeProject(ctx);
    const headers = { authorization: basic(await makeEventKey(ctx, gone.id)) };
    await ctx.db.project.update({ where: { id: gone.id }, data: { deletedAt: ctx.now() } });
    const answer = await post(exportOf(spanOf(0)), { headers });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 7, message: expect.stringContaining("was deleted") });
    const binary = await post(encodeProtobuf(exportOf(spanOf(0))), { headers });
    expect([binary.status, ...binary.bytes.subarray(0, 2)]).toEqual([403, 8, 7]);
  });

  it("takes the key as Bearer, as x-api-key and in the path", async () => {
    const none = { authorization: "" };
    expect((await post({}, { headers: { authorization: `bearer ${key}` } })).status).toBe(200);
    expect((await post({}, { headers: { ...none, "x-api-key": key } })).status).toBe(200);
    const send: typeof receiveTraces = (all, request) => receiveTraces(all, request, { keyInPath: key });
    expect((await post({}, { headers: none, send })).status).toBe(200);
  });

  it("8: a refused span is told in the answer and kept as a rejected event with its reason", async () => {
    const bad = spanOf(1, { spanId: "" });
    const answer = await post(exportOf(spanOf(0), bad, spanOf(2)));
    const { partialSuccess } = JSON.parse(answer.text) as { partialSuccess: Record<string, unknown> };
    expect(partialSuccess).toEqual({
      rejectedSpans: "1",
      errorMessage: '1 span was refused. Names: "step 1". 1 × spanId is missing or zero',
    });
    expect(opened().map((event) => (event.ok ? "taken" : event.reason))).toEqual([
      ...["taken", "taken", "A span was refused: spanId is missing or zero."],
    ]);
    const protobuf = await post(encodeProtobuf(exportOf(spanOf(0), bad)));
    expect([...protobuf.bytes.subarray(0, 1), ...protobuf.bytes.subarray(2, 4)]).toEqual([10, 8, 1]);
  });

  it("9 and 17: without a usable span the request is refused, and logs are told apart", async () => {
    expect(await post(exportOf({ name: "a" }, { name: "b" }))).toMatchObject({
      ...{ status: 400, text: expect.stringContaining("looks like a logs export") },
    });
    expect(await post(exportOf(spanOf(0, { attributes: { a: "b" } })))).toMatchObject({
      ...{ status: 400, text: expect.stringContaining("attributes must be a list of {key, value}") },
    });
    expect(forwarded).toEqual([]);
  });

  it("13 and 94: the same spans again have the same event ids, in either encoding", async () => {
    const idsOf = (): string[] => opened().map(({ event }) => event.id);
    await post(exportOf(spanOf(0), spanOf(1)));
    const first = idsOf();
    await post(encodeProtobuf(exportOf(spanOf(0), spanOf(1))));
    expect(idsOf()).toEqual(first);
    await post(exportOf(spanOf(0, { name: "other" })));
    expect(idsOf()[0]).not.toBe(first[0]);
    expect(first[0]).toMatch(/^otlp:/);
  });

  it("79: characters that no database takes are replaced, and the event says so", async () => {
    const output = { key: "langfuse.observation.output", value: { stringValue: 'x\u0000 {"a":"\\ud800"}' } };
    const json = { key: "langfuse.observation.input", value: { stringValue: '{"a":"\\u0000"}' } };
    await post(exportOf(spanOf(0, { attributes: [output, json] })));
    expect(observations()[0]).toMatchObject({ output: 'x\uFFFD {"a":"\\ud800"}', input: { a: "\uFFFD" } });
    expect(opened()[0]!.event.sanitized).toBe(true);
  });

  it("a number keeps all its digits on its way to the functions", async () => {
    const attribute = { key: "langfuse.observation.metadata.n", value: { intValue: "9223372036854775807" } };
    await post(exportOf(spanOf(0, { attributes: [attribute] })));
    expect(String((observations()[0]!["metadata"] as { n: unknown }).n)).toBe("9223372036854775807");
  });

  it("a thread reads a large export, with the same answer and the same events as for a small one", async () => {
    const number = { key: "langfuse.observation.metadata.n", value: { intValue: "9223372036854775807" } };
    const padding = { key: "langfuse.observation.output", value: { stringValue: "x".repeat(1_100_000) } };
    const good = spanOf(0, { attributes: [number] });
    const bad = spanOf(1, { spanId: "" });
    const small = await post(encodeProtobuf(exportOf(good, bad)));
    const first = opened();
    const body = encodeProtobuf(exportOf(good, bad, spanOf(2, { attributes: [padding] })));
    expect(body.byteLength).toBeGreaterThan(SMALL_BODY_BYTES_MAX);
    for (const sent of [body, gzipSync(body)]) {
      const headers: Record<string, string> = sent === body ? {} : { "content-encoding": "gzip" };
      const large = await post(sent, { headers, answerWithinMs: 30_000 });
      expect([large.status, large.type, large.text]).toEqual([200, small.type, small.text]);
      const [one, padded, refused] = opened();
      expect([one!.event.id, one!.event.data]).toEqual([first[0]!.event.id, first[0]!.event.data]);
      expect(String((observations()[0]!["metadata"] as { n: unknown }).n)).toBe("9223372036854775807");
      expect([padded!.ok, refused]).toEqual([true, expect.objectContaining({ ok: false })]);
    }
    const filler = { key: "a", value: { stringValue: "x".repeat(1_100_000) } };
    const logs = await post(exportOf({ name: "a", attributes: [filler] }));
    expect([logs.status, logs.text]).toEqual([400, expect.stringContaining("looks like a logs export")]);
  });

  it("81: 20,000 spans (20 MiB) reach the engine in requests of at most 5,000, and 200 follows the last", async () => {
    const output = { key: "langfuse.observation.output", value: { stringValue: "x".repeat(1_000) } };
    const spans = Array.from({ length: 20_000 }, (_, index) => spanOf(index, { attributes: [output] }));
    const body = encodeProtobuf(exportOf(...spans));
    expect(body.byteLength).toBeGreaterThan(20 * 1_048_576);
    expect((await post(body, { answerWithinMs: 30_000 })).status).toBe(200);
    const sizes = forwarded.map((events) => events.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(20_000);
  });

  it("83: a database outage between two requests to the engine is 503, and a repeat keeps the event ids", async () => {
    const body = exportOf(...Array.from({ length: 5_001 }, (_, index) => spanOf(index)));
    const ids = (): (string | undefined)[] => opened().map(({ event }) => event.id);
    const forward: typeof runtime.forward = async (events, seed) =>
      forwarded.length === 0
        ? runtime.forward(events, seed)
        : Promise.reject(Object.assign(new Error("gone"), { code: "ECONNREFUSED" }));
    expect(await post(body, { change: { forward }, answerWithinMs: 30_000 })).toMatchObject({ status: 503 });
    const stored = ids();
    expect(stored).toHaveLength(5_000);
    expect((await post(body, { answerWithinMs: 30_000 })).status).toBe(200);
    expect(new Set(ids()).size).toBe(5_001);
    expect(ids().slice(0, 5_000)).toEqual(stored);
  });

  it("what was accepted and could be better is a hint in the answer, with no span refused", async () => {
    const long = { key: "input.value", value: { stringValue: "x".repeat(4_000_000) } };
    const ahead = { startTimeUnixNano: `${Date.now() + 3_600_000}000000`, endTimeUnixNano: "0" };
    const none = { startTimeUnixNano: "0", endTimeUnixNano: "0" };
    for (const [fields, words] of [
      [{ attributes: [long] }, "input was too long and was cut"],
      [ahead, "more than 5 minutes ahead"],
      [none, "The span has no times"],
      [{ traceId: undefined, trace_id: TRACE }, "trace_id was read as traceId"],
    ] as const) {
      const { status, text } = await post(exportOf(spanOf(0, fields)), { answerWithinMs: 30_000 });
      const { partialSuccess } = JSON.parse(text) as { partialSuccess: object };
      expect([status, partialSuccess]).toEqual([
        200,
        { rejectedSpans: "0", errorMessage: expect.stringContaining(words) },
      ]);
    }
  });

  it("half a megabyte never becomes many times its size by attributes that its spans share", async () => {
    const text = Array.from({ length: 1_000 }, (_, n) => `${n} ${"t".repeat(240)}`).join(",");
    const long = { value: { stringValue: text } };
    const others = Array.from({ length: 1_000 }, (_, index) => spanOf(index + 1));
    const attributes = [{ key: "process.command_line", ...long }];
    const [only] = (exportOf(...others) as { resourceSpans: object[] }).resourceSpans;
    const ofTrace = ["langfuse.trace.name", "langfuse.trace.tags"].map((key) =>
      exportOf(spanOf(0, { attributes: [{ key, ...long }] }), ...others),
    );
    for (const body of [{ resourceSpans: [{ ...only, resource: { attributes } }] }, ...ofTrace]) {
      expect((await post(body, { answerWithinMs: 30_000 })).status).toBe(200);
      const made = forwarded.flat().reduce((sum, { json }) => sum + json.length, 0);
      expect(made).toBeLessThan(JSON.stringify(body).length * 60);
    }
  });

  it("a long field is redacted before it is cut: no rule by path finds a value in a cut text", async () => {
    const rules = [{ find: "path", path: "input.password", action: "mask" }];
    await ctx.db.redaction.create({ data: { projectId, rules, saltCiphertext: ctx.cipher.encrypt("salt") } });
    dropCachedRedactionRules(ctx.db, projectId);
    const input = JSON.stringify({ password: "hunter2", text: "x".repeat(4_000_000) });
    const attributes = [{ key: "input.value", value: { stringValue: input } }];
    await post(exportOf(spanOf(0, { attributes })), { answerWithinMs: 30_000 });
    await ctx.db.redaction.delete({ where: { projectId } });
    dropCachedRedactionRules(ctx.db, projectId);
    expect(observations()[0]!["input"]).toMatch(/^\{"password":"\[masked\]".*…\[cut by Trigger System/);
    expect(observations()[0]).toMatchObject({ ingestion: { notes: ["input was too long and was cut."] } });
  });

  it("keeps which SDK sent a span, and leaves out what is no observation", async () => {
    const headers = { x_langfuse_sdk_name: "javascript", x_langfuse_sdk_version: "4.0.1" };
    const pending = { key: "logfire.span_type", value: { stringValue: "pending_span" } };
    await post(exportOf(spanOf(0), spanOf(1, { attributes: [pending] })), { headers });
    expect(observations()).toHaveLength(1);
    expect(observations()[0]).toMatchObject({
      ingestion: { sdk: "langfuse-javascript", sdkVersion: "4.0.1", scope: "lib" },
    });
    await post(exportOf(spanOf(0)), { headers: { "user-agent": "OTel-OTLP-Exporter-JavaScript/0.223.1" } });
    expect(observations()[0]).toMatchObject({
      ingestion: { sdk: "OTel-OTLP-Exporter-JavaScript", sdkVersion: "0.223.1" },
    });
  });
});

describe("what passes is answered 503, which every exporter repeats", () => {
  const refused = (status: number) => ({ status, body: { ids: [], status, error: "Full." }, retryAfterSeconds: 5 });
  const never = new Promise<never>(() => undefined);

  it.each<[string, Options]>([
    ["82: an engine that is full", { change: { overload: () => refused(503) } }],
    ["an engine that refuses", { change: { forward: async () => refused(503) } }],
    ...[408, 429, 502, 504].map((status): [string, Options] => [
      `an engine that answers ${status}`,
      { change: { forward: async () => refused(status) } },
    ]),
    ["a rate that is used up", { change: { rates: { take: async () => ({ ok: false, retryAfterSeconds: 9 }) } } }],
    ["a database that does not answer", { change: { forward: () => never }, answerWithinMs: 50 }],
    [
      "a database that is gone",
      { change: { forward: () => Promise.reject(Object.assign(new Error("gone"), { code: "ECONNREFUSED" })) } },
    ],
  ])("%s", async (_name, options) => {
    for (const body of [exportOf(spanOf(0)), encodeProtobuf(exportOf(spanOf(0)))])
      expect(await post(body, options)).toMatchObject({ status: 503, retryAfter: "1" });
    expect(forwarded).toEqual([]);
  });
});

it("large bodies that fill their room keep no small one out, with or without an announced length", async () => {
  const full = createBodyBudgets(256 * 1_048_576);
  const { reading } = full.largeEvents;
  const held = reading.reserve([{ name: "project:other", label: "This project", share: 1 }], reading.max);
  const small = exportOf(spanOf(0));
  expect((await post(small, { change: { bodies: full } })).status).toBe(200);
  const packed = { headers: { "content-encoding": "gzip", "content-type": "application/json" } };
  expect((await post(gzipSync(JSON.stringify(small)), { ...packed, change: { bodies: full } })).status).toBe(200);
  const padding = { key: "a", value: { stringValue: "x".repeat(2_000_000) } };
  const large = post(exportOf(spanOf(0, { attributes: [padding] })), { change: { bodies: full } });
  held.release();
  expect((await large).status).toBe(200);
  expect([reading.total, full.smallEvents.reading.total]).toEqual([0, 0]);
});
