import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { log } from "./log";
import { createInngestServer } from "./inngest-server";

const silent = log.child({}, { level: "silent" });
const ts = 1_700_000_000_000;
const stamped = [{ name: "observation.created", ts, owner: "prj_1", json: '{"z":1,"a":2}' }];
const seed = `1700000000000,${randomBytes(10).toString("base64")}`;

let server: Server;
let seen: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  seen = [];
  answer = (response) => json(response, 200, { body: { ids: ["01A"], status: 200 } });
  server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push({
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      answer(response);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => end());

async function end(): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
const json = (
  response: ServerResponse,
  status: number,
  { body, headers = {} }: { body: object; headers?: Record<string, string> },
) => void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const connect = (change: { baseUrl?: string | undefined; dev?: boolean } = {}) =>
  createInngestServer(
    {
      engine: "inngest",
      dev: false,
      baseUrl: base(),
      eventKey: "the/key",
      signingKey: "signkey-test-00",
      trustEvents: false,
      ...change,
    },
    silent,
  );

test("events are passed on unchanged, with their seed, under the server's own key", async () => {
  expect(await connect().forward(stamped, seed)).toEqual({ status: 200, body: { ids: ["01A"], status: 200 } });
  expect(seen).toEqual([
    expect.objectContaining({
      method: "POST",
      url: "/e/the%2Fkey",
      body: `[{"name":"observation.created","ts":${ts},"data":{"z":1,"a":2}}]`,
      headers: expect.objectContaining({ "content-type": "application/json", "x-inngest-event-id-seed": seed }),
    }),
  ]);
});

test.each([
  [
    400,
    { error: "bad event" },
    {},
    { status: 400, error: "The Inngest server refused the events: bad event" },
    undefined,
  ],
  [
    413,
    { error: "too large" },
    {},
    { status: 413, error: "The Inngest server refused the events: too large" },
    undefined,
  ],
  [
    429,
    { error: "slow down" },
    { "retry-after": "9" },
    { status: 429, error: "The Inngest server refused the events: slow down" },
    9,
  ],
  [429, {}, {}, { status: 429, error: "The Inngest server refused the events: it does not say why" }, 5],
])("its %i, which the sender can act on, is passed on", async (status, body, headers, expected, retryAfterSeconds) => {
  answer = (response) => json(response, status, { body, headers });
  expect(await connect().forward(stamped, seed)).toEqual({
    status: expected.status,
    body: { ids: [], ...expected },
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
});

test.each([
  ["an error of its own", (response: ServerResponse) => json(response, 500, { body: { error: "broken" } })],
  [
    "our event key unknown there, which is not the sender's fault",
    (response: ServerResponse) => json(response, 401, { body: { error: "Event key not found" } }),
  ],
  [
    "a page of a proxy",
    (response: ServerResponse) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
  ],
  [
    "200 with an error in it",
    (response: ServerResponse) => json(response, 200, { body: { ids: [], status: 200, error: "half" } }),
  ],
  ["a connection that breaks", (response: ServerResponse) => void response.destroy()],
])("%s is 503 with a time to come back", async (_what, reply) => {
  answer = reply;
  expect(await connect().forward(stamped, seed)).toEqual({
    status: 503,
    body: { ids: [], status: 503, error: expect.stringMatching(/^The Inngest server .* send /) },
    retryAfterSeconds: 5,
  });
});

test("an absent server is 503, and health names its address; health asks again some seconds later", async () => {
  const inngest = connect();
  const address = base();
  await end();
  expect(await inngest.forward(stamped, seed)).toMatchObject({ status: 503, retryAfterSeconds: 5 });
  expect(await inngest.health()).toEqual({
    state: "unreachable",
    message: expect.stringMatching(`^The Inngest server at ${address} does not work: connect ECONNREFUSED`),
  });
});

test("health asks the server, and remembers its answer for some seconds", async () => {
  const inngest = connect();
  expect(await Promise.all([inngest.health(), inngest.health()])).toEqual([{ state: "inngest" }, { state: "inngest" }]);
  await inngest.health();
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /health"]);
});

test("a server with a failing health check is unreachable", async () => {
  answer = (response) => json(response, 503, { body: {} });
  expect(await connect().health()).toEqual({
    state: "unreachable",
    message: expect.stringContaining("its health check answered 503"),
  });
});

test("a server that never answers is unreachable within seconds", async () => {
  answer = () => undefined;
  const since = performance.now();
  expect(await connect().health()).toMatchObject({ state: "unreachable", message: expect.stringContaining("timeout") });
  expect(performance.now() - since).toBeLessThan(30_000);
});

test("Inngest Cloud is not asked", async () => {
  expect(await connect({ baseUrl: undefined }).health()).toEqual({ state: "inngest" });
});
