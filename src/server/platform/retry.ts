import { setTimeout as wait } from "node:timers/promises";

const TRIES_MAX = 5;
/** The first pause at the most, ms. Each later one may be that much longer. */
const PAUSE_MS = 20;

/**
 * Runs work again where PostgreSQL gave it up for a deadlock or a serialisation failure, up to 5 times in all.
 * @param work one transaction or one statement: it may run more than once, and each run begins from nothing
 * @param wasGivenUp tells those from other errors, as the driver gives them
 * @throws the last error
 */
export async function withRetry<T>(work: () => Promise<T>, wasGivenUp: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES_MAX || !wasGivenUp(error)) throw error;
      // Two transactions that met once would meet again without some chance between them.
      await wait(Math.random() * PAUSE_MS * attempt);
    }
  }
}
