import { randomInt } from "node:crypto";
import type pg from "pg";
import { createClient } from "./db/connection";
import { newId } from "./ids";
import type { Logger } from "./log";

/** First number of the advisory locks that say "this process lives"; the second is the process's own number. */
export const PROCESS_LOCK_CLASS = 0x7472_6967; // "trig"
const RECONNECT_MS = 500;

/**
 * Who this process is to the others on the same database. It holds a session advisory lock as long as it lives,
 * so that leases of a killed process are taken back at once and not only when they run out.
 */
export type ProcessIdentity = {
  /** `<process number>:<random>`, one for each claim */
  leaseToken(): string;
  close(): Promise<void>;
};

export async function createProcessIdentity(options: {
  connectionString: string;
  log: Logger;
}): Promise<ProcessIdentity> {
  const { connectionString, log } = options;
  const number = randomInt(1, 2 ** 31 - 1);
  let client: pg.Client | undefined;
  let closed = false;

  const hold = async (): Promise<void> => {
    const next = createClient(connectionString, { application_name: "trigger-system process", keepAlive: true });
    next.on("error", (error) => log.warn({ err: error.message }, "process lock: connection lost"));
    try {
      await next.connect();
      await next.query("SELECT pg_advisory_lock_shared($1, $2)", [PROCESS_LOCK_CLASS, number]);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    if (closed) return next.end();
    // Only now: a connection that could not be made ends too, and would be tried again twice each time.
    next.once("end", () => {
      client = undefined;
      if (!closed) retry();
    });
    client = next;
  };
  const retry = (): void => {
    setTimeout(() => {
      if (!closed) hold().catch(retry);
    }, RECONNECT_MS).unref();
  };

  await hold();
  return {
    leaseToken: () => `${number}:${newId("lse")}`,
    async close() {
      closed = true;
      await client?.end();
    },
  };
}
