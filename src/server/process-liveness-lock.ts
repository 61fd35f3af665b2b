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
  /**
   * Tells whether the missing locks of other processes show that these are dead. Not so for 20 s after this process
   * took its own lock again: after a failover, others may notice later that their connection is gone.
   */
  mayJudgeOthers(): boolean;
  close(): Promise<void>;
};

/** A process notices a lost connection within 15 s, and takes its lock again. */
const RETAKING_MS = 20_000;

export async function takeProcessLivenessLock(options: {
  connectionString: string;
  log: Logger;
  heartbeat?: Heartbeat;
}): Promise<ProcessLivenessLock> {
  const { connectionString, log, heartbeat } = options;
  const number = randomInt(1, 2 ** 31 - 1);
  let retakenAt = -Infinity;
  let isFirst = true;
  const lock = new ProcessLock({
    heartbeat,
    create() {
      const client = createUtcClient(connectionString, { application_name: "trigger-system process" });
      return client.on("error", (error) => warnOnceAMinute(log, { err: error }, "process lock: connection lost"));
    },
    async take(client) {
      await client.query("SELECT pg_advisory_lock_shared($1, $2)", [LIVENESS_LOCK_NAMESPACE, number]);
      if (!isFirst) retakenAt = performance.now();
      isFirst = false;
    },
  });
  await lock.hold();
  return {
    number,
    leaseToken: () => `${number}:${newId("lse")}`,
    mayJudgeOthers: () => lock.client !== null && performance.now() - retakenAt >= RETAKING_MS,
    close: () => lock.close(),
  };
}
