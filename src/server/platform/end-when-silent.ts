import { once } from "node:events";
import type { Socket } from "node:net";
import type pg from "pg";

/** How often a connection is checked, and how long its answer may take, in ms. */
export type Heartbeat = { everyMs: number; withinMs: number };

const HEARTBEAT: Heartbeat = { everyMs: 5_000, withinMs: 10_000 };

type Internals = {
  connection: { stream: Socket };
  /** Whether no statement waits for an answer. */
  readyForQuery: boolean;
};

/**
 * Waits until no statement runs on a connection. The driver pg takes one statement at a time, and a heartbeat is one.
 * @throws if the connection breaks meanwhile
 */
export async function waitUntilIdle(client: pg.Client): Promise<void> {
  while (!(client as unknown as Internals).readyForQuery) {
    const over = new AbortController();
    const broken = once(client, "end", over).then(() => Promise.reject(new Error("Connection terminated")));
    await Promise.race([once(client, "drain", over), broken]).finally(() => over.abort());
  }
}

/**
 * Breaks a connection whose server gives no answer any more. A connection that only holds a lock or waits for
 * notifications never learns that its server was replaced or that the network drops its packets. Call it once the
 * client is connected. It ends with the connection.
 */
export function endWhenSilent(client: pg.Client, { everyMs, withinMs }: Heartbeat = HEARTBEAT): void {
  const internals = client as unknown as Internals;
  const { stream } = internals.connection;
  let timer: NodeJS.Timeout | undefined;
  let hasEnded = false;
  const checkLater = (): void => {
    if (!hasEnded) timer = setTimeout(() => void check(), everyMs).unref();
  };
  const check = async (): Promise<void> => {
    const before = stream.bytesRead;
    const end = (): void => {
      // After a pause of this process the answer may already be there, unread.
      if (stream.bytesRead === before)
        stream.destroy(new Error(`Connection terminated: the database gave no answer within ${withinMs / 1_000} s`));
    };
    timer = setTimeout(() => setImmediate(end), withinMs).unref();
    // The answer to a statement that is under way says as much.
    const answer = internals.readyForQuery ? client.query("SELECT 1") : once(client, "drain");
    await answer.catch(() => undefined);
    clearTimeout(timer);
    checkLater();
  };
  client.once("end", () => {
    hasEnded = true;
    clearTimeout(timer);
  });
  checkLater();
}
