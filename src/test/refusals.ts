import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Takes a port and breaks each connection at once, as a database that starts does; notes when each came (ms since the
 * epoch).
 */
export async function startRefusals(port: number): Promise<{ at: number[]; close(): Promise<void> }> {
  const at: number[] = [];
  const server = createServer((socket) => {
    at.push(Date.now());
    socket.on("error", () => undefined).destroy();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    at,
    async close() {
      server.close();
      await once(server, "close");
    },
  };
}

/** Milliseconds between one and the next. */
export const gapsOf = (at: readonly number[]): number[] => at.slice(1).map((each, index) => each - at[index]!);
