import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP proxy in front of a database. With it a test makes the database unreachable, or silent. */
export type DatabaseProxy = {
  /** The connection string that leads to the database through the proxy. */
  url: string;
  /** Refuses new connections, and breaks the open ones. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Accepts connections and bytes, and passes no byte on. */
  freeze(): void;
  thaw(): void;
  /**
   * Passes nothing on any more over the open connections, and tells the clients nothing. New connections work.
   * replaced: a new server took over, so the sessions have ended. cut: the network drops packets, and the server keeps
   * the sessions
   */
  vanish(how: "replaced" | "cut"): void;
  close(): Promise<void>;
};

/** Changes the bytes of one connection, chunk by chunk, as a pooler between the program and the database would. */
export type Rewrite = { toServer?: (bytes: Buffer) => Buffer; toClient?: (bytes: Buffer) => Buffer };

/** @param rewriteOf called for each connection; without it all bytes pass as they are */
export async function startDatabaseProxy(
  databaseUrl: string,
  rewriteOf: () => Rewrite = () => ({}),
): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  /** The open connections, as pairs of the client's socket and the server's. */
  const pairs = new Map<Socket, Socket>();
  const vanished = new Set<Socket>();
  let server: Server;
  let frozen = false;
  let port = 0;

  const up = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      const { toServer, toClient } = rewriteOf();
      pairs.set(near, far);
      for (const [socket, other, rewrite] of [
        [near, far, toServer],
        [far, near, toClient],
      ] as const) {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          sockets.delete(socket);
          pairs.delete(socket);
          if (!vanished.delete(socket)) other.destroy();
        });
        socket.on("data", (bytes: Buffer) => other.write(rewrite ? rewrite(bytes) : bytes));
        if (frozen) socket.pause();
      }
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };
  const down = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await up();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    up,
    down,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      frozen = false;
      for (const socket of sockets) socket.resume();
    },
    vanish(how) {
      for (const [near, far] of pairs) {
        for (const socket of [near, far]) {
          socket.removeAllListeners("data").resume();
          vanished.add(socket);
        }
        if (how === "replaced") far.destroy();
      }
    },
    close: down,
  };
}
