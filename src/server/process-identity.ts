import { randomInt } from "node:crypto";
import { createUtcClient } from "./db/utc-connection";
import { newId } from "./ids";
import type { Logger } from "./log";
import { ProcessLock } from "./platform/process-lock";

/** The first number of the advisory locks that say "this process lives". The second number is the process's own. */
export const PROCESS_LOCK_NUMBER = 0x7472_6967; // "trig"

/**
 * The identity of this process for other processes on the database. The process holds a session advisory lock as long
 * as it lives. So the leases of a killed process end at once, and not only when they expire.
 */
export type ProcessIdentity = {
  number: number;
  /** Makes a lease token for one claim: `<process number>:<random>`. */
  leaseToken(): string;
  close(): Promise<void>;
};

export async function createProcessIdentity(options: {
  connectionString: string;
  log: Logger;
}): Promise<ProcessIdentity> {
  const { connectionString, log } = options;
  const number = randomInt(1, 2 ** 31 - 1);
  const lock = new ProcessLock({
    create() {
      const client = createUtcClient(connectionString, { application_name: "trigger-system process", keepAlive: true });
      return client.on("error", (error) => log.warn({ err: error.message }, "process lock: connection lost"));
    },
    async take(client) {
      await client.query("SELECT pg_advisory_lock_shared($1, $2)", [PROCESS_LOCK_NUMBER, number]);
    },
  });
  await lock.hold();
  return { number, leaseToken: () => `${number}:${newId("lse")}`, close: () => lock.close() };
}
