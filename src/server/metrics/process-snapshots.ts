import type { MetricsSnapshot } from "./metrics";

/** The values of all processes of this machine. */
export type ProcessSnapshots = {
  /** The values of each worker. `worker` is its number. The replacement of a dead worker gets the same number. */
  workers: { worker: string; snapshot: MetricsSnapshot }[];
  /** counters of workers that have ended, so that a sum never falls; null if none has ended */
  ended: MetricsSnapshot | null;
};

declare global {
  // Next's bundles share no module instances with the worker's own code, so the function is global.
  /** asks the parent for the values of all workers; undefined if this process has no parent */
  var __triggerSystemCollect: (() => Promise<ProcessSnapshots>) | undefined;
}
