import { setTimeout as wait } from "node:timers/promises";
import type { ServiceContext } from "@/server/context";
import { isTransientDatabaseError } from "@/server/db/errors";
import { record, type Recorded, type RetryBy } from "./record";
import type { AttemptResult } from "./types";

/** How long results are kept for a database that is away, ms: beyond it every lease has run out. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/**
 * Records, and while the database is away tries again: what came back is known here and nowhere else, and without it
 * a request that succeeded would be sent again once its lease has run out.
 * @throws what stood in the way, also where the first try may have been committed: whoever calls looks at the rows again
 */
export async function recordPatiently(
  ctx: ServiceContext,
  results: readonly AttemptResult[],
  retryBy: RetryBy,
): Promise<Recorded> {
  const deadline = Date.now() + PATIENCE_MS;
  let failure: unknown;
  for (;;) {
    try {
      const recorded = await record(ctx, results, retryBy);
      if (failure && recorded.moved < results.length) throw failure;
      return recorded;
    } catch (error) {
      if (error === failure || !isTransientDatabaseError(error) || Date.now() > deadline) throw error;
      ctx.log.warn(
        { results: results.length, err: (error as Error).message },
        "the database is away; what came back is recorded when it returns",
      );
      failure = error;
      await wait(PAUSE_MS);
    }
  }
}
