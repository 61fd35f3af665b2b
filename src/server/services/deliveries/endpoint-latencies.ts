/** The mean duration of the latest successful requests to each endpoint, as this process measured it. */
export type EndpointLatencies = {
  /**
   * Records a request to an action's endpoint.
   * @param durationMs its duration; null if it did not succeed, which forgets the durations of earlier requests
   */
  note(actionId: string, durationMs: number | null): void;
  isQuick(actionId: string): boolean;
};

/** An endpoint counts as quick if the mean duration of its latest successful requests is at most this, ms. */
const QUICK_MS = 100;
/** The weight of the newest request in the mean duration of an endpoint's requests. */
const NEWEST_WEIGHT = 0.3;
/**
 * The process remembers the latencies of at most this many actions. An action without remembered latencies counts as
 * slow.
 */
const ACTIONS_MAX = 10_000;

export function createEndpointLatencies(): EndpointLatencies {
  /** the mean durations by action id; the map's order is the order of the latest requests, oldest first */
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
