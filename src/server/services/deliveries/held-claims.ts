/** A claim that is older than this, ms, is held no longer: its lease has expired long since. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/**
 * The claims of this process, by lease token. A process holds a claim from before its reservation until all its results
 * are recorded, or until it has given the claim back. The database may know more claims of this process: the answer to
 * a commit was lost, or a statement of a broken connection was committed late.
 */
export type HeldClaims = {
  /** the number of this process, as in its lease tokens */
  processNumber: number;
  /** Makes the token of a new claim, and holds the claim. */
  begin(): string;
  release(token: string): void;
  holds(token: string): boolean;
};

/** @param leaseToken returns a new lease token: `<process number>:<random>` */
export function createHeldClaims({
  processNumber,
  leaseToken,
}: {
  processNumber: number;
  leaseToken: () => string;
}): HeldClaims {
  /** tokens with the times when their claims began, ms, oldest first */
  const held = new Map<string, number>();
  return {
    processNumber,
    begin() {
      const now = performance.now();
      // A claim whose results could not be recorded is never released, so it is dropped here.
      for (const [token, at] of held) {
        if (at > now - FORGOTTEN_AFTER_MS) break;
        held.delete(token);
      }
      const token = leaseToken();
      held.set(token, now);
      return token;
    },
    release: (token) => void held.delete(token),
    holds: (token) => held.has(token),
  };
}
