import { EventEmitter } from "node:events";
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { answer, play, type Scripted } from "./receiver-modes";
import { makeTls, type TlsVariant } from "./receiver-tls";

/** A real HTTP(S) server on 127.0.0.1 for tests of webhooks: it records what arrives and answers as told. */

type ReceivedRequest = {
  method: string;
  /** with the query */
  path: string;
  headers: IncomingHttpHeaders;
  /** the body, decoded as UTF-8 */
  rawBody: string;
  at: Date;
};

export type ReceiverOptions = {
  /** https with this certificate; without it, plain http */
  tls?: TlsVariant;
  /** ms between the bytes or lines of the modes `drip` and `slow-headers`; default 1,000 */
  dripMs?: number;
  /** 0, the default, takes a free port */
  port?: number;
};

export type Receiver = {
  /**
   * The URL of a mode (see receiver-modes.ts); `key` is the rest of its path. Three modes have ports of their own:
   * "reset-before" resets each connection at once, "silent" accepts and sends nothing (TLS never begins), and on the
   * port of "closed" nothing listens.
   */
  url(mode: string, key?: string): string;
  host: "127.0.0.1";
  port: number;
  /** host:port of each port that url() can name: the exceptions for the guard */
  allowedHosts: string[];
  /** certificate (PEM) of the authority that signed the receiver's; empty without TLS */
  ca: string;
  /** whole requests, in the order of their arrival */
  requests: ReceivedRequest[];
  /** number of TCP connections accepted so far, also of those without a request */
  connectionCount(): number;
  /** Resolves while exactly `count` connections are open. Rejects after `timeoutMs` (default 5,000). */
  waitForConnections(count: number, timeoutMs?: number): Promise<void>;
  /** Resolves with the first request that fits, a past one or the next. Rejects after `timeoutMs` (default 5,000). */
  waitFor(predicate: (request: ReceivedRequest) => boolean, timeoutMs?: number): Promise<ReceivedRequest>;
  /**
   * Resolves with the first `count` requests that fit (default: any), past ones included. Rejects after `timeoutMs`
   * (default 5,000).
   */
  waitForCount(
    count: number,
    timeoutMs?: number,
    predicate?: (request: ReceivedRequest) => boolean,
  ): Promise<ReceivedRequest[]>;
  /**
   * Answers the requests to a path with these modes or responses in turn. The last one is repeated. Returns the path's
   * URL.
   */
  script(path: string, responses: readonly (string | Scripted)[]): string;
  /** Forgets requests and scripts. */
  clear(): void;
  /** Ends all connections, open ones too. */
  close(): Promise<void>;
};

export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { dripMs = 1000 } = options;
  const tls = options.tls === undefined ? null : await makeTls(options.tls);
  const requests: ReceivedRequest[] = [];
  const scripts = new Map<string, (string | Scripted)[]>();
  const changes = new EventEmitter().setMaxListeners(0);
  const served = new WeakMap<Socket, number>();

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const nth = (served.get(message.socket) ?? 0) + 1;
    served.set(message.socket, nth);
    const received = await record(message);
    if (received === null) return;
    requests.push(received);
    changes.emit("change");
    const path = received.path.split("?")[0] ?? "";
    const steps = scripts.get(path);
    const step = steps && steps.length > 1 ? steps.shift() : steps?.[0];
    if (typeof step === "object") answer(response, step);
    else play(step ?? path.split("/")[1] ?? "", response, { served: nth, dripMs, socket: message.socket });
  };

  const onRequest = (message: IncomingMessage, response: ServerResponse): void => void handle(message, response);
  const main = tls ? createHttpsServer({ key: tls.key, cert: tls.cert }, onRequest) : createHttpServer(onRequest);
  // A sender that rejects the certificate breaks the handshake off, as some tests want.
  main.on("tlsClientError", () => undefined);
  const resetting = createTcpServer((socket) => void socket.resetAndDestroy());
  const silent = createTcpServer();
  const servers = await Promise.all([
    listen(main, options.port ?? 0, changes),
    listen(resetting, 0, changes),
    listen(silent, 0, changes),
  ]);
  const closedPort = await unusedPort();

  const ports: Record<string, number> = {
    "reset-before": portOf(resetting),
    silent: portOf(silent),
    closed: closedPort,
  };
  const port = portOf(main);
  const scheme = tls ? "https" : "http";

  const seen = (): string => requests.map(({ method, path }) => `${method} ${path}`).join(", ") || "none";
  const waitForCount: Receiver["waitForCount"] = async (count, timeoutMs, predicate = () => true) => {
    const fitting = (): ReceivedRequest[] => requests.filter(predicate);
    await until(changes, () => fitting().length >= count, {
      timeoutMs,
      what: () => `${count} fitting request(s); received: ${seen()}`,
    });
    return fitting().slice(0, count);
  };

  return {
    url: (mode, key) => `${scheme}://127.0.0.1:${ports[mode] ?? port}/${mode}${key === undefined ? "" : `/${key}`}`,
    host: "127.0.0.1",
    port,
    allowedHosts: [port, ...Object.values(ports)].map((each) => `127.0.0.1:${each}`),
    ca: tls?.ca ?? "",
    requests,
    connectionCount: () => servers.reduce((sum, { accepted }) => sum + accepted(), 0),
    waitForConnections: (count, timeoutMs) => {
      const open = (): number => servers.reduce((sum, each) => sum + each.open(), 0);
      return until(changes, () => open() === count, {
        timeoutMs,
        what: () => `${count} open connection(s); open: ${open()}`,
      });
    },
    waitFor: async (predicate, timeoutMs) => {
      const [first] = await waitForCount(1, timeoutMs, predicate);
      return first as ReceivedRequest;
    },
    waitForCount,
    script: (path, responses) => {
      scripts.set(path, [...responses]);
      return `${scheme}://127.0.0.1:${port}${path}`;
    },
    clear: () => {
      requests.length = 0;
      scripts.clear();
    },
    close: async () => {
      await Promise.all(servers.map(({ stop }) => stop()));
    },
  };
}

/** Reads a request with its whole body. Null if the sender broke it off. */
async function record(message: IncomingMessage): Promise<ReceivedRequest | null> {
  const at = new Date();
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  const rawBody = Buffer.concat(chunks).toString("utf8");
  return { method: message.method ?? "", path: message.url ?? "", headers: message.headers, rawBody, at };
}

/** Resolves when `fits` is true, which is asked at each change. Rejects after `timeoutMs` with what it waited for. */
function until(
  changes: EventEmitter,
  fits: () => boolean,
  { timeoutMs = 5000, what }: { timeoutMs?: number; what: () => string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      changes.off("change", check);
    };
    const check = (): void => {
      if (!fits()) return;
      stop();
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited ${timeoutMs} ms for ${what()}`));
    }, timeoutMs);
    changes.on("change", check);
    check();
  });
}

type Listening = { accepted(): number; open(): number; stop(): Promise<void> };

function listen(server: Server, port: number, changes: EventEmitter): Promise<Listening> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    // Senders under test reset connections, which must not end the test's process.
    socket
      .on("error", () => undefined)
      .once("close", () => {
        sockets.delete(socket);
        changes.emit("change");
      });
    changes.emit("change");
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server
      .once("error", reject)
      .listen(port, "127.0.0.1", () => resolve({ accepted: () => accepted, open: () => sockets.size, stop }));
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function unusedPort(): Promise<number> {
  const server = createTcpServer();
  const { stop } = await listen(server, 0, new EventEmitter());
  const port = portOf(server);
  await stop();
  return port;
}
