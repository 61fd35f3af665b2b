/** Time that may be spent: so much at once, and so much more with every second that passes. */
export type Budget = { atOnceMs: number; aSecondMs: number };

/** What is left of budgets, by key. One that has not been used for long is forgotten, as it is full. */
export type Ledger = {
  /** Whether anything is left. Who has the last millisecond may spend more than it, and waits the longer. */
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
      // The one that was used least recently.
      if (accounts.size >= KEYS_MAX) accounts.delete(accounts.keys().next().value!);
      accounts.set(key, { leftMs, at: now() });
    },
  };
}
