import { randomInt } from "node:crypto";
import { createUtcClient } from "./db/utc-connection";
import { newId } from "./ids";
import type { Logger } from "./log";
import type { Heartbeat } from "./platform/end-when-silent";
import { ProcessLock } from "./platform/process-lock";
import { warnOnceAMinute } from "./warn-once-a-minute";

/**
 * The first number of the advisory locks that show that a process lives. The second number is the number of the
 * process.
 */
export const LIVENESS_LOCK_NAMESPACE = 0x7472_6967; // "trig"

/**
 * Shows other processes that this one lives, by a session advisory lock. When the process dies, PostgreSQL frees the
 * lock. Others then take over its leased work at once, before the leases expire.
 */
export type ProcessLivenessLock = {
  /** The number of this process, which is the second number of its advisory lock. */
  number: number;
  /** Makes the token of a lease on claimed executions: `<process number>:<random>`. */
  leaseToken(): string;
  close(): Promise<void>;
};

export async function takeProcessLivenessLock(options: {
  connectionString: string;
  log: Logger;
  heartbeat?: Heartbeat;
}): Promise<ProcessLivenessLock> {
  const { connectionString, log, heartbeat } = options;
  const number = randomInt(1, 2 ** 31 - 1);
  const lock = new ProcessLock({
    heartbeat,
    create() {
      const client = createUtcClient(connectionString, { application_name: "trigger-system process" });
      return client.on("error", (error) => warnOnceAMinute(log, { err: error }, "process lock: connection lost"));
    },
    async take(client) {
      await client.query("SELECT pg_advisory_lock_shared($1, $2)", [LIVENESS_LOCK_NAMESPACE, number]);
    },
  });
  await lock.hold();
  return { number, leaseToken: () => `${number}:${newId("lse")}`, close: () => lock.close() };
}
