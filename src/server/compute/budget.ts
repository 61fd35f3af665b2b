/** A budget of time: a stock of ms, and the ms that each second adds to it. */
export type Budget = { atOnceMs: number; aSecondMs: number };

/** The time left in budgets, by key. A key that is forgotten, as the least recently used one, counts as full. */
export type Ledger = {
  /** Whether any time is left. A task may overdraw the budget, and the key then waits longer. */
  hasRoom(key: string, budget: Budget): boolean;
  spend(key: string, budget: Budget, ms: number): void;
};

const KEYS_MAX = 10_000;

/** @param now ms of a clock that never goes back */
export function createLedger(now: () => number): Ledger {
  const accounts = new Map<string, { leftMs: number; at: number }>();
  const left = (key: string, budget: Budget): number => {
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
      // The least recently used key.
      if (accounts.size >= KEYS_MAX) accounts.delete(accounts.keys().next().value!);
      accounts.set(key, { leftMs, at: now() });
    },
  };
}
