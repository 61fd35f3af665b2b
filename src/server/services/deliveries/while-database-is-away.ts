import { setTimeout as wait } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import { isTransientDatabaseError } from "@/server/db/errors";

/** How long results are kept for a database that is away, ms: beyond it every lease has run out. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/**
 * Writes what came back of attempts, and while the database is away tries again: it is known here and nowhere else, and
 * without it a request that succeeded would be sent again once its lease has run out.
 * @param write changes nothing where it was committed before
 */
export async function whileDatabaseIsAway<T>(ctx: ServiceContext, write: () => Promise<T>): Promise<T> {
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
