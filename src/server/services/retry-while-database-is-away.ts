import { setTimeout as wait } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import { isTransientDatabaseError } from "@/server/db/transient-errors";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

/**
 * How long a write is retried while the database does not answer, ms. After this time the leases of its executions have
 * expired anyway.
 */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/**
 * Runs a database write, and retries it for up to a minute while the database does not answer. Results of attempts
 * exist only in this process. Without retries they would be lost, and successful requests would be sent again.
 * @param write the write; if an earlier try was committed, it must change nothing
 * @throws the error of the last try
 */
export async function retryWhileDatabaseIsAway<T>(ctx: ServiceContext, write: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isTransientDatabaseError(error) || Date.now() > deadline) throw error;
      warnOnceAMinute(ctx.log, { err: error }, "the database is away; results are recorded when it returns");
      await wait(PAUSE_MS);
    }
  }
}
