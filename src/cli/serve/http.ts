import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode, StartProblem } from "@/server/db/start-problem";
import { stampReceipt } from "@/server/receipt";
import { stampClientIp } from "./client-ip";

/** Bytes of a request's headers, its URL included: Node's 16 KB refuse a query with a list of 500 ids. */
const HEADER_BYTES_MAX = 64 * 1024;

const socketsOf = new WeakMap<Server, Set<Socket>>();

/** The server in front of Next. A slow sender is cut off; an idle connection outlives the idle time of usual proxies. */
export function createHttpServer(handle: RequestListener): Server {
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
    stampReceipt(request);
    stampClientIp(request);
    handle(request, response);
  });
  // The server itself knows nothing of a connection that became a WebSocket.
  const sockets = new Set<Socket>();
  socketsOf.set(server, sockets);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.headersTimeout = 20_000;
  server.requestTimeout = 120_000;
  server.keepAliveTimeout = 75_000;
  return server;
}

/** @throws StartProblem where the port cannot be had */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (error) => {
      const why =
        errorCode(error) === "EACCES"
          ? "may not be used by this user. Set PORT to one above 1023"
          : "is in use by another program (or by this one, started before). End that one, or set PORT to another";
      fail(new StartProblem(`Port ${port} ${why}.`));
    });
    server.listen(port, done);
  });
}

/** Takes no new connection; those that wait for news (live updates, hot reload) are ended after a moment for the others. */
export async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeIdleConnections();
  await Promise.race([closed, wait(graceMs)]);
  for (const socket of socketsOf.get(server) ?? []) socket.destroy();
  await closed;
}

const HEALTHY_TIMEOUT_MS = 90_000;

/** Waits until the program says that everything works. @throws StartProblem with what it says is wrong */
export async function untilHealthy(port: number): Promise<void> {
  let said = "it does not answer";
  for (const deadline = Date.now() + HEALTHY_TIMEOUT_MS; Date.now() < deadline; await wait(50)) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(30_000) });
      if (response.status === 200) return;
      said = await response.text();
    } catch (error) {
      said = (error as Error).message;
    }
  }
  throw new StartProblem(`The program did not get healthy within ${HEALTHY_TIMEOUT_MS / 1000} s: ${said}`);
}
