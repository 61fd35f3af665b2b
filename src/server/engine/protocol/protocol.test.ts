import { Inngest } from "inngest";
import { serve } from "inngest/next";
import { describe, expect, test } from "vitest";
import { EngineEvent } from "../event";
import { callFunction } from "./call-function";
import { writeCanonicalJson } from "@/server/platform/canonical-json";
import { makeServeHandlerRequest, type ServeHandler } from "./serve-handler-request";
import { computeBackoffWithJitter, parseRetryAfterMs } from "./retry-delay";

const signingKey = "signkey-test-0123456789abcdef";
const serveUrl = "http://127.0.0.1:3999/api/inngest";
const client = new Inngest({
  id: "app",
  isDev: false,
  eventKey: "k",
  signingKey,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});
const echo = client.createFunction({ id: "echo", triggers: { event: "echo" } }, ({ event, events }) => [
  event.data,
  events.length,
]);
const handler = serve({ client, functions: [echo] }) as ServeHandler;

const call = (functionId: string, data: string) => ({
  itemId: "1",
  token: "t",
  runId: "r",
  functionId,
  lane: "",
  stepId: "step",
  attempt: 0,
  lost: 0,
  forcePlan: false,
  eventIds: ["e"],
  events: [
    new EngineEvent({ id: "e", name: "echo", data, ts: 1, externalId: null, v: null, user: null, receivedAt: 1 }),
  ],
  steps: [],
  stepsStale: false,
  calledAt: 0,
});

test("JSON is canonical: keys sorted at every level, lone surrogates kept as the SDK keeps them", () => {
  expect(writeCanonicalJson({ b: [{ z: 1, a: null }], a: "\ud800", c: 1e21, d: undefined, "€": 1, "\u000a": 2 })).toBe(
    '{"\\n":2,"a":"\\ud800","b":[{"a":null,"z":1}],"c":1e+21,"€":1}',
  );
});

describe("a call", () => {
  test("is accepted by the SDK for any event, and the data arrives as it was sent", async () => {
    const data = '{"z":1,"a":{"y":"\\u0000","x":"\\ud800","10":1,"9":2.50,"e":1e3},"__proto__x":null}';
    const result = await callFunction({ handler, serveUrl, signingKey }, call("app-echo", data), 4);
    expect(result).toEqual({ kind: "returned", output: JSON.stringify([JSON.parse(data), 1]) });
  });

  test("with another key is refused and counts as a failed try", async () => {
    const result = await callFunction({ handler, serveUrl, signingKey: "signkey-test-ff" }, call("app-echo", "{}"), 4);
    expect(result).toMatchObject({ kind: "threw", noRetry: false });
  });

  test("of an unknown function is a failed try with the SDK's message", async () => {
    const result = await callFunction({ handler, serveUrl, signingKey }, call("app-none", "{}"), 4);
    expect(result).toMatchObject({
      kind: "threw",
      noRetry: false,
      error: { message: expect.stringContaining("app-none") },
    });
  });
});

test("nobody can run a function without the signing key", async () => {
  const body = JSON.stringify({ event: { name: "echo", data: {} }, events: [], steps: {}, ctx: {} });
  const url = new URL(`${serveUrl}?fnId=app-echo&stepId=step`);
  const unsigned = await handler.POST(new Request(url, { method: "POST", body, headers: { host: url.host } }), {});
  expect(unsigned.status).toBe(401);
  const forged = makeServeHandlerRequest("POST", url, {
    body,
    signature: { signingKey, canonicalBody: () => `${body} ` },
  });
  expect((await handler.POST(forged, {})).status).toBe(401);
});

test("waits follow Inngest's table, with up to 30 s of jitter, and stay at two hours", () => {
  const seconds = (attempt: number) => computeBackoffWithJitter(attempt) / 1000;
  for (const [attempt, base] of [
    [0, 15],
    [1, 30],
    [2, 60],
    [8, 3600],
    [9, 7200],
    [50, 7200],
  ] as const) {
    for (let n = 0; n < 20; n++) {
      expect(seconds(attempt)).toBeGreaterThanOrEqual(base);
      expect(seconds(attempt)).toBeLessThanOrEqual(base + 30);
    }
  }
});

test("Retry-After is seconds or a date, between 1 s and 24 h", () => {
  const now = Date.UTC(2030, 0, 1);
  expect(parseRetryAfterMs("90", now)).toBe(90_000);
  expect(parseRetryAfterMs("0", now)).toBe(1000);
  expect(parseRetryAfterMs("9999999", now)).toBe(86_400_000);
  expect(parseRetryAfterMs("2030-01-01T00:10:00.000Z", now)).toBe(600_000);
  expect(parseRetryAfterMs(null, now)).toBeNull();
  expect(parseRetryAfterMs("soon", now)).toBeNull();
});
