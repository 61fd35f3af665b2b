/** A time budget: the ms that a full budget holds, and the ms that it regains each second. */
export type TimeBudget = { atOnceMs: number; aSecondMs: number };

/**
 * Tracks how much of each time budget is left, by key. It forgets the least recently used keys, whose budgets then
 * count as full.
 */
export type TimeBudgetLedger = {
  /**
   * Tells whether the key's budget has any time left. A task may spend more than that. The next task of the key then
   * has to wait longer.
   */
  hasRoom(key: string, budget: TimeBudget): boolean;
  spend(key: string, budget: TimeBudget, ms: number): void;
};

const KEYS_MAX = 10_000;

/**
 * Makes a ledger in which every budget is full.
 * @param now returns the ms of a clock that never goes back
 */
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
      // A Map keeps the order of insertion, so its first key is the least recently used one.
      if (accounts.size >= KEYS_MAX) accounts.delete(accounts.keys().next().value!);
      accounts.set(key, { leftMs, at: now() });
    },
  };
}
