import { setTimeout as wait } from "node:timers/promises";

const TRIES_MAX = 5;
/** The longest first pause, ms. Each later pause may be this much longer. */
const PAUSE_MS = 20;

/**
 * Repeats work that PostgreSQL gave up after a deadlock or a serialisation failure, up to 5 runs in total.
 * @param work one transaction or one statement; each run must start from the beginning
 * @param wasTransactionGivenUp tells whether an error of the driver is such a failure
 * @throws the last error
 */
export async function withTransactionRetry<T>(
  work: () => Promise<T>,
  wasGivenUp: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === TRIES_MAX || !wasGivenUp(error)) throw error;
      // The pause is random, so that the same two transactions do not collide again.
      await wait(Math.random() * PAUSE_MS * attempt);
    }
  }
}
