/** How quickly endpoints have answered this process lately. Nothing is known of an endpoint that it never called. */
export type QuickEndpoints = {
  /** @param durationMs of a request that succeeded; null for one that failed */
  note(actionId: string, durationMs: number | null): void;
  isQuick(actionId: string): boolean;
};

/** The mean of its last answers, ms, up to which an endpoint is quick. */
const QUICK_MS = 100;
/** What the newest answer weighs in that mean. */
const NEWEST_WEIGHT = 0.3;
/** Actions that a process remembers. A forgotten one gets a run of the deliverer again, which asks anew. */
const ACTIONS_MAX = 10_000;

export function createQuickEndpoints(): QuickEndpoints {
  /** The action that was called last stands last. */
  const means = new Map<string, number>();
  return {
    note(actionId, durationMs) {
      const mean = means.get(actionId);
      means.delete(actionId);
      if (durationMs === null) return;
      if (means.size >= ACTIONS_MAX) means.delete(means.keys().next().value!);
      means.set(actionId, mean === undefined ? durationMs : mean + NEWEST_WEIGHT * (durationMs - mean));
    },
    isQuick: (actionId) => (means.get(actionId) ?? Infinity) <= QUICK_MS,
  };
}
