import { createServer, get, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createNetServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { StartProblem } from "@/server/db/start-problem";
import { stampReceiptTime } from "@/server/receipt-time";

/** The most bytes of a request's URL and headers. Node's default of 16 KB would refuse a query with 500 ids. */
const HEADER_BYTES_MAX = 64 * 1024;

type State = { sockets: Set<Socket>; responses: Set<ServerResponse>; isEnding: boolean };
const stateOf = new WeakMap<Server, State>();

/**
 * Makes the HTTP server in front of Next. It does not listen on a port: `serveConnection` gives it connections. It
 * disconnects slow senders, and keeps idle connections longer than common proxies do.
 */
export function createHttpServer(handle: RequestListener): Server {
  const state: State = { sockets: new Set(), responses: new Set(), isEnding: false };
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
    stampReceiptTime(request);
    state.responses.add(response);
    response.once("close", () => state.responses.delete(response));
    if (state.isEnding) response.setHeader("Connection", "close");
    handle(request, response);
  });
  stateOf.set(server, state);
  // Node's server no longer tracks a connection that became a WebSocket.
  server.on("connection", (socket: Socket) => {
    state.sockets.add(socket);
    socket.once("close", () => state.sockets.delete(socket));
  });
  server.headersTimeout = 20_000;
  server.requestTimeout = 120_000;
  server.keepAliveTimeout = 75_000;
  // Node applies the timeouts above only after the event `listening`, which this server would never emit.
  server.emit("listening");
  return server;
}

/**
 * Serves a connection that was accepted elsewhere.
 * @param head the bytes that were already read from it
 */
export function serveConnection(server: Server, socket: Socket, head: Buffer): void {
  if (head.length > 0) socket.unshift(head);
  server.emit("connection", socket);
  socket.resume();
}

const POLL_MS = 50;

/**
 * Ends all connections in order. Each running request may finish, and its answer closes the connection. A connection
 * without a request is closed after `idleMs`, an endless stream at once, and everything after `boundMs`.
 */
export async function endConnections(
  server: Server,
  { idleMs, boundMs }: { idleMs: number; boundMs: number },
): Promise<void> {
  const state = stateOf.get(server)!;
  state.isEnding = true;
  for (const response of state.responses) {
    if (!response.headersSent) response.setHeader("Connection", "close");
    else if (response.req.headers.accept?.includes("text/event-stream")) response.destroy();
  }
  for (const begun = Date.now(); state.sockets.size > 0; await wait(POLL_MS)) {
    if (Date.now() - begun >= idleMs) server.closeIdleConnections();
    if (Date.now() - begun < boundMs) continue;
    for (const socket of state.sockets) socket.destroy();
    break;
  }
  server.close();
}

const HEALTHY_TIMEOUT_MS = 90_000;

/**
 * Waits until the program's health check succeeds.
 * @throws StartProblem with the reason that the check gives
 */
export async function waitUntilHealthy(server: Server): Promise<void> {
  // The check gets a temporary port, because the server gets no connections of clients before it is healthy.
  const door = createNetServer((socket) => serveConnection(server, socket, Buffer.alloc(0)));
  await new Promise<void>((done) => void door.listen(0, "127.0.0.1", done));
  const { port } = door.address() as AddressInfo;
  let said = "it does not answer";
  try {
    for (const deadline = Date.now() + HEALTHY_TIMEOUT_MS; Date.now() < deadline; await wait(POLL_MS)) {
      const answer = await askHealth(port).catch((error: unknown) => ({ status: 0, body: (error as Error).message }));
      if (answer.status === 200) return;
      said = answer.body;
    }
  } finally {
    door.close();
  }
  throw new StartProblem(`The program did not get healthy within ${HEALTHY_TIMEOUT_MS / 1000} s: ${said}`);
}

function askHealth(port: number): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const request = get({ host: "127.0.0.1", port, path: "/api/health", agent: false, timeout: 30_000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => done({ status: response.statusCode ?? 0, body })).on("error", fail);
    });
    request.on("error", fail).on("timeout", () => request.destroy(new Error("it did not answer within 30 s")));
  });
}
