/** The recent latency of endpoints in this process. An endpoint without a call has no latency yet. */
export type EndpointLatencies = {
  /** @param durationMs the duration of a request that succeeded; null for a request that failed */
  note(actionId: string, durationMs: number | null): void;
  isQuick(actionId: string): boolean;
};

/** An endpoint is quick up to this mean duration of its last answers, ms. */
const QUICK_MS = 100;
/** The weight of the newest answer in that mean. */
const NEWEST_WEIGHT = 0.3;
/** The most remembered actions. A forgotten action gets a run of the deliverer, which measures it again. */
const ACTIONS_MAX = 10_000;

export function createEndpointLatencies(): EndpointLatencies {
  /** The map is in the order of the last calls. */
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
