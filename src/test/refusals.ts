import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Listens on a port and breaks each connection off at once, as a PostgreSQL that is starting does. Notes when each
 * came, in ms since the epoch.
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

/** Milliseconds from each time to the next. */
export const gapsOf = (at: readonly number[]): number[] => at.slice(1).map((each, index) => each - at[index]!);
