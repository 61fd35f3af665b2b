import type { MetricsSnapshot } from "./metrics";

/** The values of all processes of this machine. */
export type ProcessSnapshots = {
  /** `worker` is the worker's number. If a worker dies, its replacement gets the same number. */
  workers: { worker: string; snapshot: MetricsSnapshot }[];
  /** counters of workers that have ended, so that a sum never falls; null where none has */
  ended: MetricsSnapshot | null;
};

declare global {
  // Next's bundles share no module instances with the worker's own code.
  /** asks the parent for the values of all workers; undefined where this process has no parent */
  var __triggerSystemCollect: (() => Promise<ProcessSnapshots>) | undefined;
}
