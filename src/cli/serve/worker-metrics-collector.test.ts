import { expect, test } from "vitest";
import { createProcessMetrics, type MetricsSnapshot } from "@/server/metrics/metrics";
import { formatMetricsAsText } from "@/server/metrics/exposition";
import type { ProcessSnapshots } from "@/server/metrics/process-snapshots";
import { WorkerMetricsCollector } from "./worker-metrics-collector";
import type { WorkerProcess } from "./worker-process";

/** A worker that has accepted some events. It answers until it ends. */
async function worker(accepted: number) {
  const metrics = createProcessMetrics({ ofProcess: false });
  metrics.eventsAccepted(accepted);
  const measured = await metrics.snapshot();
  let end: (how: string) => void = () => undefined;
  const exited = new Promise<string>((done) => (end = done));
  const process = {
    exited,
    measured,
    measure: (): Promise<MetricsSnapshot> => Promise.resolve(measured),
    onCollect: (_collect: () => Promise<ProcessSnapshots>): void => undefined,
  };
  return { process: process as unknown as WorkerProcess, end };
}

test("a worker that is replaced takes nothing from the sum, and its successor has its number", async () => {
  const [first, second, successor] = [await worker(5), await worker(7), await worker(1)];
  const slots = [
    { number: 1, worker: first.process as WorkerProcess | undefined },
    { number: 2, worker: second.process as WorkerProcess | undefined },
  ];
  const metrics = new WorkerMetricsCollector(() => slots);
  for (const each of [first, second, successor]) metrics.join(each.process);
  const total = async (): Promise<string | undefined> =>
    /^trigger_system_events_accepted_total (\d+)$/m.exec(
      await formatMetricsAsText(await metrics.collect(), { byWorker: false }),
    )?.[1];
  expect(await total()).toBe("12");

  slots[0]!.worker = undefined;
  first.end("SIGKILL");
  await first.process.exited;
  expect(await total()).toBe("12");
  slots[0]!.worker = successor.process;
  expect(await total()).toBe("13");
  expect((await metrics.collect()).workers.map((each) => each.worker)).toEqual(["1", "2"]);
});
