import { setTimeout as wait } from "node:timers/promises";

const TRIES_MAX = 5;
/** The longest pause before the second run, in ms. The longest pause grows by this much with each further run. */
const PAUSE_MS = 20;

/**
 * Repeats work that PostgreSQL rolled back after a deadlock or a serialisation failure, up to 5 runs in total.
 * @param work one transaction or statement; each run starts from the beginning
 * @param wasGivenUp tells whether an error is such a failure
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
      // The pause is random, so that two transactions in conflict do not meet again.
      await wait(Math.random() * PAUSE_MS * attempt);
    }
  }
}
