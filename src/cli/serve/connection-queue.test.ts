import { once } from "node:events";
import type { Server } from "node:http";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ConnectionQueue, type ConnectionTaker, type ConnectionQueueLimits } from "./connection-queue";
import { createHttpServer as createOurServer, endConnections, serveConnection } from "./http-server";
import { eventually } from "@/test/eventually";

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** Starts a queue behind a real port. */
async function startQueue(
  limits: Partial<ConnectionQueueLimits> = {},
): Promise<{ queue: ConnectionQueue; port: number }> {
  const queue = new ConnectionQueue({ ingestionMs: 60_000, waitMs: 60_000, connectionsMax: 100, ...limits });
  const server = createServer({ pauseOnConnect: true }, (socket) => queue.add(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => (server.close(), queue.close()));
  return { queue, port: (server.address() as AddressInfo).port };
}

/** Makes a taker that answers each request with its method, path and body. */
function createTaker(): ConnectionTaker & { server: Server } {
  const server = createOurServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => response.end(`${request.method} ${request.url} ${body}`));
  });
  closers.push(() => void endConnections(server, { idleMs: 0, boundMs: 0 }));
  return {
    server,
    take({ socket, head }) {
      serveConnection(server, socket, head);
      return Promise.resolve(true);
    },
  };
}

type Answer = { status: number; retryAfter: string | null; body: string };
const send = async (port: number, path: string, init?: RequestInit): Promise<Answer> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await response.text() };
};

test("a connection that comes while no worker is ready waits, and the next worker answers it", async () => {
  const { queue, port } = await startQueue();
  const answers = Promise.all([send(port, "/e/key", { method: "POST", body: "{}" }), send(port, "/projects")]);
  queue.join(createTaker());
  expect((await answers).map(({ body }) => body)).toEqual(["POST /e/key {}", "GET /projects "]);
});

test("without a worker ingestion clients get 503 with Retry-After, and other clients wait for a worker", async () => {
  const { queue, port } = await startQueue({ ingestionMs: 50 });
  const event = send(port, "/e/key", { method: "POST", body: "x".repeat(200_000) });
  const refused = await Promise.all(
    ["/v1/traces", "/api/public/otel/v1/traces", "//api/public/otel/v1/traces/", "/api/public/ingestion?a=1"].map(
      (path) => send(port, path, { method: "POST", body: "y".repeat(3_000_000) }),
    ),
  );
  expect(refused.map(({ status, retryAfter }) => [status, retryAfter])).toEqual(Array(4).fill([503, "1"]));
  queue.join(createTaker());
  // The parent has read some bytes for the path. The worker gets each of them once.
  expect((await event).body).toBe(`POST /e/key ${"x".repeat(200_000)}`);
});

test("a request line that comes in pieces is read as one, and the whole request reaches the worker", async () => {
  const { queue, port } = await startQueue({ ingestionMs: 1 });
  const client = connect(port, "127.0.0.1");
  await once(client, "connect");
  client.write("POST /e/ke");
  await new Promise((done) => setTimeout(done, 100));
  client.write("y HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n");
  await new Promise((done) => setTimeout(done, 100));
  queue.join(createTaker());
  client.write("\r\nhello");
  const [answer] = (await once(client, "data")) as [Buffer];
  expect(answer.toString()).toContain("POST /e/key hello");
  client.destroy();
});

test("nobody waits for ever: after the longest wait a connection is answered 503", async () => {
  const { port } = await startQueue({ waitMs: 50 });
  expect(await send(port, "/e/key", { method: "POST", body: "{}" })).toMatchObject({ status: 503, retryAfter: "1" });
});

test("beyond the bound of waiting connections the next one is answered 503 at once", async () => {
  const { queue, port } = await startQueue({ connectionsMax: 1 });
  const first = connect(port, "127.0.0.1");
  await once(first, "connect");
  expect(await send(port, "/projects")).toMatchObject({ status: 503, retryAfter: "1" });
  first.destroy();
  queue.join(createTaker());
});

test("a connection that a dying worker did not confirm goes to another worker", async () => {
  const { queue, port } = await startQueue();
  let die: ((isTaken: boolean) => void) | undefined;
  let asked = 0;
  const dying: ConnectionTaker = { take: () => (asked++, new Promise((done) => (die = done))) };
  queue.join(dying);
  const answer = send(port, "/projects");
  await eventually(() => expect(die).toBeDefined());
  die?.(false);
  queue.join(createTaker());
  expect((await answer).body).toBe("GET /projects ");
  expect(asked).toBe(1);
});

test("a worker that is busy gets no second connection while another has time", async () => {
  const { queue, port } = await startQueue();
  const stuck: Socket[] = [];
  queue.join({ take: ({ socket }) => (stuck.push(socket), new Promise(() => undefined)) });
  queue.join(createTaker());
  const controller = new AbortController();
  const answers = await Promise.allSettled(
    Array.from({ length: 6 }, (_, n) =>
      send(port, `/${n}`, { signal: AbortSignal.any([controller.signal, AbortSignal.timeout(2_000)]) }),
    ),
  );
  expect(stuck).toHaveLength(1);
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  stuck[0]!.destroy();
});

test("an ending server finishes its requests, closes each connection after the answer, and ends streams", async () => {
  let answer: (() => void) | undefined;
  const server = createOurServer((request, response) => {
    if (request.url === "/slow") answer = () => response.end("done");
    else if (request.url === "/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    } else response.end("quick");
  });
  const door = createServer((socket) => serveConnection(server, socket, Buffer.alloc(0))).listen(0, "127.0.0.1");
  await once(door, "listening");
  closers.push(() => door.close());
  const base = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  const slow = fetch(`${base}/slow`);
  const stream = await fetch(`${base}/stream`, { headers: { accept: "text/event-stream" } });
  await (await fetch(`${base}/quick`)).text();
  await eventually(() => expect(answer).toBeDefined());
  const ended = endConnections(server, { idleMs: 2_000, boundMs: 30_000 });
  await expect(stream.text()).rejects.toThrow();
  // A kept-alive connection is not cut. Its next request is answered, and closes it.
  expect((await fetch(`${base}/quick`)).headers.get("connection")).toBe("close");
  answer?.();
  const response = await slow;
  expect([response.headers.get("connection"), await response.text()]).toEqual(["close", "done"]);
  await ended;
});
