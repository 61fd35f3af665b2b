import { setTimeout as wait } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import { isTransientDatabaseError } from "@/server/db/transient-errors";

/** How long results are kept while the database is away, ms. After this time every lease has expired. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/**
 * Records results, and retries while the database is away. Only this process knows the results. Without a record the
 * lease would expire, and a successful request would be sent again.
 * @param write changes nothing if an earlier try was committed
 */
export async function retryWhileDatabaseIsAway<T>(ctx: ServiceContext, write: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isTransientDatabaseError(error) || Date.now() > deadline) throw error;
      ctx.log.warn({ err: (error as Error).message }, "the database is away; results are recorded when it returns");
      await wait(PAUSE_MS);
    }
  }
}
