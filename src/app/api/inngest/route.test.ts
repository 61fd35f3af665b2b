import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { request as send, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest } from "inngest";
import { serve } from "inngest/next";
import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withEntranceChecks } from "@/cli/serve/entrance-checks";
import { createHttpServer, endConnections } from "@/cli/serve/http-server";
import type { InngestEnv } from "@/env/inngest";
import { writeCanonicalJson } from "@/server/platform/canonical-json";
import { signRequestBody } from "@/server/engine/protocol/sign-request-body";
import { serveWithWebHandler } from "@/server/engine/simulated-server";
import type { Runtime } from "@/server/runtime";
import { createBodyBudgets, type BodyBudgets } from "@/server/body-budgets";
import { createLocalRateLimiter } from "@/server/rate-limit";
import { testEnv } from "@/test/context";
import * as route from "./route";

const SIGNING_KEY = `signkey-test-${randomUUID().replaceAll("-", "")}`;
const call = writeCanonicalJson({
  version: 2,
  event: { name: "a", data: {} },
  events: [{ name: "a", data: {} }],
  steps: {},
  ctx: { run_id: "01", step_id: "step", attempt: 0, stack: { stack: [], current: 0 } },
});

let server: Server;
let bodies: BodyBudgets;
let runs = 0;
let registered: string[] = [];

beforeEach(async () => {
  runs = 0;
  registered = [];
  server = createHttpServer(
    withEntranceChecks({ appUrl: "https://triggers.example.com", trustedProxies: [] }, (incoming, outgoing) => {
      void serveWithWebHandler(incoming, outgoing, (request) =>
        route[request.method as "POST"](new NextRequest(request, { duplex: "half" }), {}),
      );
    }),
  );
  server.listen(0);
  await once(server, "listening");
});
afterEach(async () => {
  globalThis.__triggerSystemRuntime = undefined;
  await endConnections(server, { idleMs: 0, boundMs: 0 });
});

/** Makes a runtime for this route, with one background function that counts its runs. */
function startWith(inngest: InngestEnv): void {
  const client = new Inngest({
    id: "app",
    isDev: inngest.engine === "inngest" && inngest.dev,
    baseUrl: "http://inngest.invalid/",
    eventKey: "key",
    signingKey: SIGNING_KEY,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    fetch: async (_url, init) => {
      registered.push((JSON.parse(String(init?.body)) as { url: string }).url);
      return Response.json({ ok: true, modified: true, status: 200 });
    },
  });
  const fn = client.createFunction({ id: "fn", triggers: { event: "a" } }, () => void runs++);
  const functions = serve({ client, functions: [fn] }) as unknown as Runtime["functions"];
  const env = { ...testEnv(), appUrl: "https://triggers.example.com", inngest };
  const functionCalls = createLocalRateLimiter({ perSecond: 1, burst: 20 }, () => 0);
  bodies = createBodyBudgets();
  const runtime: Partial<Runtime> = { env, functions, bodies, functionCalls };
  globalThis.__triggerSystemRuntime = Promise.resolve(runtime as Runtime);
}

/** Sends one request from this machine to the server, with any `Host` header. */
async function http(
  method: string,
  { headers, body, from = "127.0.0.1" }: { headers: Record<string, string>; body?: string; from?: string },
): Promise<number> {
  const { port } = server.address() as AddressInfo;
  const request = send({ host: from, port, method, path: "/api/inngest?fnId=app-fn&stepId=step", headers });
  request.end(body);
  const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
  response.resume();
  return response.statusCode!;
}

test("with the embedded engine the endpoint serves no call, even with a signature", async () => {
  startWith({ engine: "embedded" });
  const headers = { "x-inngest-signature": signRequestBody(call, SIGNING_KEY, Date.now()) };
  for (const method of ["GET", "POST", "PUT"])
    expect(await http(method, { headers, body: method === "GET" ? undefined : call })).toBe(404);
  expect([runs, registered]).toEqual([0, []]);
});

describe("with an Inngest server", () => {
  beforeEach(() =>
    startWith({
      engine: "inngest",
      dev: false,
      baseUrl: undefined,
      eventKey: "key",
      signingKey: SIGNING_KEY,
      trustEvents: false,
    }),
  );

  test("a body beyond the memory budget gets 503, and an address that calls too often gets 429", async () => {
    const headers = { "x-inngest-signature": signRequestBody(call, SIGNING_KEY, Date.now()) };
    const held = bodies.functions.reserve([], bodies.functions.max);
    expect(await http("POST", { headers, body: call })).toBe(503);
    held.release();
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) statuses.push(await http("POST", { headers, body: call }));
    expect(statuses).toEqual([...Array<number>(19).fill(200), 429]);
  });

  test("a call signed with the signing key runs the function", async () => {
    expect(
      await http("POST", {
        headers: { "x-inngest-signature": signRequestBody(call, SIGNING_KEY, Date.now()) },
        body: call,
      }),
    ).toBe(200);
    expect(runs).toBe(1);
  });

  test.each([
    ["is not signed", () => ({})],
    [
      "is signed with another key",
      () => ({ "x-inngest-signature": signRequestBody(call, "signkey-test-00", Date.now()) }),
    ],
    [
      "was signed ten minutes ago",
      () => ({ "x-inngest-signature": signRequestBody(call, SIGNING_KEY, Date.now() - 600_000) }),
    ],
    ["is signed for another body", () => ({ "x-inngest-signature": signRequestBody("{}", SIGNING_KEY, Date.now()) })],
    ["says that it comes from a dev server", () => ({ "x-inngest-server-kind": "dev" })],
  ])("a call that %s is 401, and runs nothing", async (_what, headers) => {
    expect(await http("POST", { headers: headers(), body: call })).toBe(401);
    expect(runs).toBe(0);
  });

  test("a call without a signature learns nothing about the functions", async () => {
    expect(await http("GET", { headers: {} })).toBe(401);
    expect(
      await http("PUT", {
        headers: { "x-inngest-sync-kind": "in_band" },
        body: JSON.stringify({ url: "http://x.invalid/api/inngest" }),
      }),
    ).toBe(401);
  });

  test("a registration always registers the installation's own URL, whatever host the request names", async () => {
    expect(await http("PUT", { headers: { host: "evil.example.com" } })).toBe(200);
    expect(registered).toEqual([expect.stringMatching(/^https:\/\/triggers\.example\.com\/api\/inngest/)]);
  });
});

describe("with INNGEST_DEV, where calls are not signed", () => {
  beforeEach(() =>
    startWith({
      engine: "inngest",
      dev: true,
      baseUrl: "http://localhost:8288",
      eventKey: undefined,
      signingKey: undefined,
      trustEvents: false,
    }),
  );

  test.each(["localhost", "127.0.0.1", "::1"])("a call from this machine runs the function (%s)", async (from) => {
    expect(await http("POST", { headers: {}, body: call, from })).toBe(200);
    expect(runs).toBe(1);
  });

  test.each([
    ["another machine, through a proxy", { "x-forwarded-for": "203.0.113.7" }],
    ["this machine, says a proxy that another machine talked to", { "x-forwarded-for": "203.0.113.7, 127.0.0.1" }],
    ["behind a proxy that writes the standard header", { forwarded: "for=127.0.0.1" }],
    ["behind a proxy that only says that it is there", { via: "1.1 proxy" }],
    ["behind nginx", { "x-real-ip": "127.0.0.1" }],
    ["a page whose name was pointed at this machine", { host: "evil.example.com" }],
    ["a page, without reading the answer", { origin: "https://evil.example.com" }],
    ["a page that hides where it is from", { origin: "null" }],
    ["a browser", { "sec-fetch-site": "cross-site" }],
  ])("a call from %s is 403, and runs nothing", async (_who, headers) => {
    for (const method of ["POST", "PUT", "GET"])
      expect(await http(method, { headers, body: method === "GET" ? undefined : call })).toBe(403);
    expect(runs).toBe(0);
  });

  test("the server overwrites a header that claims the caller is this machine", async () => {
    expect(await http("POST", { headers: { "x-client-ip": "203.0.113.7" }, body: call })).toBe(200);
    expect(
      await http("POST", { headers: { "x-client-ip": "127.0.0.1", "x-forwarded-for": "203.0.113.7" }, body: call }),
    ).toBe(403);
  });
});
