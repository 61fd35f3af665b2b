import type { ProcessSnapshots } from "@/server/metrics/process-snapshots";
import type { MessageFromWorker } from "./worker-messages";

/** Lets a worker ask the parent process for the metrics of all workers. `onMeasured` receives the parent's answers. */
export function createWorkerMetricsClient(tell: (message: MessageFromWorker) => void): {
  collect: () => Promise<ProcessSnapshots>;
  onMeasured: (id: number, snapshots: ProcessSnapshots) => void;
} {
  const waiting = new Map<number, (snapshots: ProcessSnapshots) => void>();
  let nextId = 0;
  return {
    collect() {
      const id = nextId++;
      tell({ type: "collect", id });
      return new Promise((done) => waiting.set(id, done));
    },
    onMeasured(id, snapshots) {
      waiting.get(id)?.(snapshots);
      waiting.delete(id);
    },
  };
}
