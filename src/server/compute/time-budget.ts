/** A budget of time: the most ms at once, and the ms that come back each second. */
export type TimeBudget = { atOnceMs: number; aSecondMs: number };

/**
 * The time that is left in budgets, by key. The ledger forgets the least recently used key, which then counts as full.
 */
export type TimeBudgetLedger = {
  /** Tells whether any time is left. A task may use more than is left, and the key then waits longer. */
  hasRoom(key: string, budget: TimeBudget): boolean;
  spend(key: string, budget: TimeBudget, ms: number): void;
};

const KEYS_MAX = 10_000;

/** @param now ms of a clock that never goes back */
export function createTimeBudgetLedger(now: () => number): TimeBudgetLedger {
  const accounts = new Map<string, { leftMs: number; at: number }>();
  const left = (key: string, budget: TimeBudget): number => {
    const account = accounts.get(key);
    return account
      ? Math.min(budget.atOnceMs, account.leftMs + ((now() - account.at) * budget.aSecondMs) / 1_000)
      : budget.atOnceMs;
  };
  return {
    hasRoom: (key, budget) => left(key, budget) > 0,
    spend(key, budget, ms) {
      const leftMs = left(key, budget) - ms;
      accounts.delete(key);
      // The first key is the least recently used one.
      if (accounts.size >= KEYS_MAX) accounts.delete(accounts.keys().next().value!);
      accounts.set(key, { leftMs, at: now() });
    },
  };
}
