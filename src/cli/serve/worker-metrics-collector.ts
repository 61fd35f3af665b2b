import type { MetricsSnapshot } from "@/server/metrics/metrics";
import { sumMetricsOfEndedProcesses } from "@/server/metrics/exposition";
import type { ProcessSnapshots } from "@/server/metrics/process-snapshots";
import type { WorkerProcess } from "./worker-process";

type Slot = { number: number; worker: WorkerProcess | undefined };
type Measured = Pick<WorkerProcess, "exited" | "measure" | "measured" | "onCollect">;

/** Collects the metrics of all workers for `/metrics`, and keeps the counters of workers that have ended. */
export class WorkerMetricsCollector {
  readonly #slots: () => readonly Slot[];
  #ended: Promise<MetricsSnapshot | null> = Promise.resolve(null);

  constructor(slots: () => readonly Slot[]) {
    this.#slots = slots;
  }

  join(worker: Measured): void {
    worker.onCollect(() => this.collect());
    void worker.exited.then(() => {
      const { measured } = worker;
      this.#ended = this.#ended.then((ended) => sumMetricsOfEndedProcesses(ended ? [ended, measured] : [measured]));
    });
  }

  async collect(): Promise<ProcessSnapshots> {
    const measuring = this.#slots().flatMap(({ number, worker }) =>
      worker ? [worker.measure().then((snapshot) => ({ worker: String(number), snapshot }))] : [],
    );
    const workers = await Promise.all(measuring);
    return { workers, ended: await this.#ended };
  }
}
