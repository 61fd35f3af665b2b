import type { MetricsSnapshot } from "./metrics";

/** The metrics of all processes of the program on this machine. */
export type ProcessSnapshots = {
  /** The metrics of each worker. `worker` is its number. The replacement of a dead worker gets the same number. */
  workers: { worker: string; snapshot: MetricsSnapshot }[];
  /** The counters of ended workers, so that sums never fall; null if no worker has ended. */
  ended: MetricsSnapshot | null;
};

declare global {
  // The function is global: Next's bundles share no module variables with the worker's own code.
  /** Asks the parent process for the metrics of all workers; undefined if this process has no parent. */
  var __triggerSystemCollect: (() => Promise<ProcessSnapshots>) | undefined;
}
