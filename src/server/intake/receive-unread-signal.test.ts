import { deflateSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { makeEventKey, makeProject } from "@/test/factories";
import { encodeProtobuf } from "@/test/otlp-protobuf";
import { useTestContext } from "@/test/use-test-context";
import { createBodyBudgets } from "../body-budgets";
import { createRateLimiter } from "../rate-limit";
import type { IntakeRuntime } from "./intake-steps";
import { receiveUnreadSignal } from "./receive-unread-signal";
import { answerUnknownPath } from "./unknown-path";

const { ctx } = useTestContext();
const bodies = createBodyBudgets();
let key: string;
let runtime: IntakeRuntime;

beforeAll(async () => {
  key = await makeEventKey(ctx, (await makeProject(ctx)).id);
  runtime = {
    ...{ context: ctx, stampKey: null, bodies, rates: createRateLimiter(ctx), isPaceLow: null, overload: () => null },
    eventReader: { read: () => Promise.reject(new Error("nothing is read")), close: async () => undefined },
    forward: () => Promise.reject(new Error("nothing is stored")),
  };
});

type Signal = "logs" | "metrics";

async function post(signal: Signal, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const request = new Request(`http://localhost/v1/${signal}`, {
    method: "POST",
    headers: { "x-api-key": key, ...headers },
    body: Buffer.from(body),
  });
  const response = await receiveUnreadSignal(runtime, request, { signal, keyInPath: null });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get("content-type"), bytes, text: bytes.toString() };
}

const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF_TYPE = { "content-type": "application/x-protobuf" };

const points = [{ gauge: { dataPoints: [{}, {}] } }, { sum: { dataPoints: [{}] } }];
const exports: Record<Signal, object> = {
  logs: { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}, {}] }] }] },
  metrics: { resourceMetrics: [{ scopeMetrics: [{ metrics: points }] }] },
};
const rejectedNames: Record<Signal, string> = { logs: "rejectedLogRecords", metrics: "rejectedDataPoints" };
const messageOf = (signal: Signal): string => `This server takes traces only; ${signal} are not kept.`;

/** Three log records. Records and spans stand in the same fields, so the encoder of spans writes them. */
const threeRecords = encodeProtobuf({ resourceSpans: [{ scopeSpans: [{ spans: [{}, {}, {}] }] }] });
/** One gauge with three points: resource metrics 1, scope metrics 2, metric 2, gauge 5, points 1. */
const threePoints = Uint8Array.from([0x0a, 12, 0x12, 10, 0x12, 8, 0x2a, 6, 0x0a, 0, 0x0a, 0, 0x0a, 0]);
const binary: Record<Signal, Uint8Array> = { logs: threeRecords, metrics: threePoints };

describe.each<Signal>(["logs", "metrics"])("84: an export of %s", (signal) => {
  it("in JSON is refused as a partial success in JSON", async () => {
    const body = JSON.stringify(exports[signal]);
    const partialSuccess = { [rejectedNames[signal]]: "3", errorMessage: messageOf(signal) };
    for (const type of ["application/json", "Application/JSON; charset=utf-8", "application/octet-stream", ""]) {
      const answer = await post(signal, body, type === "" ? {} : { "content-type": type });
      expect([answer.status, answer.type, JSON.parse(answer.text)]).toEqual([
        200,
        "application/json",
        { partialSuccess },
      ]);
    }
  });

  it("in protobuf is refused as a partial success in protobuf", async () => {
    for (const type of ["application/x-protobuf", "application/protobuf", "application/octet-stream"]) {
      const answer = await post(signal, binary[signal], { "content-type": type });
      expect([answer.status, answer.type]).toEqual([200, "application/x-protobuf"]);
      // Field 1, the partial success; in it field 1, the number, and field 2, the message.
      const message = Buffer.from(messageOf(signal));
      expect([...answer.bytes]).toEqual([10, message.length + 4, 8, 3, 18, message.length, ...message]);
    }
  });

  it("is read in gzip and deflate", async () => {
    const body = JSON.stringify(exports[signal]);
    for (const [encoding, packed] of [
      ["gzip", gzipSync(body)],
      ["deflate", deflateSync(body)],
    ] as const)
      expect((await post(signal, packed, { ...JSON_TYPE, "content-encoding": encoding })).text).toContain('"3"');
  });

  it("that is empty is answered with nothing", async () => {
    expect(await post(signal, "{}", JSON_TYPE)).toMatchObject({ status: 200, type: "application/json", text: "{}" });
    const nothing = await post(signal, "", PROTOBUF_TYPE);
    expect(nothing).toMatchObject({ status: 200, type: "application/x-protobuf", text: "" });
    expect(await post(signal, "", JSON_TYPE)).toMatchObject({ status: 200, text: "{}" });
  });

  it("that is broken, of another type or of an unknown key is refused in the request's encoding", async () => {
    const status = (code: number) => expect.objectContaining({ code, message: expect.any(String) });
    const broken = await post(signal, "{", JSON_TYPE);
    expect([broken.status, broken.type, JSON.parse(broken.text)]).toEqual([400, "application/json", status(3)]);
    const cut = await post(signal, binary[signal].subarray(0, 5), PROTOBUF_TYPE);
    expect([cut.status, cut.type, ...cut.bytes.subarray(0, 3)]).toEqual([400, "application/x-protobuf", 8, 3, 18]);
    const form = await post(signal, "a=1", { "content-type": "application/x-www-form-urlencoded" });
    expect([form.status, form.type]).toEqual([415, "application/json"]);
    const brotli = await post(signal, "{}", { ...JSON_TYPE, "content-encoding": "br" });
    expect([brotli.status, JSON.parse(brotli.text)]).toEqual([415, status(3)]);
    const wrong = { "x-api-key": "tsk_wrong" };
    const unknown = await post(signal, "{}", { ...JSON_TYPE, ...wrong });
    expect([unknown.status, unknown.type, JSON.parse(unknown.text)]).toEqual([401, "application/json", status(16)]);
    const inBinary = await post(signal, "", { ...PROTOBUF_TYPE, ...wrong });
    expect([inBinary.status, inBinary.type, ...inBinary.bytes.subarray(0, 3)]).toEqual([
      ...[401, "application/x-protobuf"],
      ...[8, 16, 18],
    ]);
  });
});

it("an unknown address answers in the request's encoding", async () => {
  const post = (headers: Record<string, string>) =>
    answerUnknownPath(new Request("http://localhost/v1/nothing", { method: "POST", headers }));
  const inJson = post(JSON_TYPE);
  expect([inJson.status, await inJson.json()]).toEqual([404, expect.objectContaining({ code: 5 })]);
  const inBinary = post(PROTOBUF_TYPE);
  expect([inBinary.status, inBinary.headers.get("content-type")]).toEqual([404, "application/x-protobuf"]);
  expect([...new Uint8Array(await inBinary.arrayBuffer()).subarray(0, 3)]).toEqual([8, 5, 18]);
});
