import { Gauge, Registry } from "prom-client";
import type { ServiceContext } from "@/server/context";
import { formatMetricsAsText } from "@/server/metrics/exposition";
import type { ProcessSnapshots } from "@/server/metrics/process-snapshots";
import { readQueueFigures } from "./read-queue-figures";
import { warnOnceAMinute } from "@/server/warn-once-a-minute";

/**
 * Makes the text of `/metrics` in Prometheus format: the metrics of all processes of this machine, and figures of
 * waiting executions and circuit breakers from the database.
 */
export async function writeMetricsText(
  ctx: ServiceContext,
  { snapshots, byWorker }: { snapshots: ProcessSnapshots | null; byWorker: boolean },
): Promise<string> {
  const own = snapshots ?? { workers: [{ worker: "1", snapshot: await ctx.metrics.snapshot() }], ended: null };
  const [processes, queue] = await Promise.all([formatMetricsAsText(own, { byWorker }), queueText(ctx)]);
  return `${processes}\n${queue}`;
}

/**
 * Makes the metrics that are read from the database. If the database does not answer, only `database_up` is left of
 * them, with the value 0.
 */
async function queueText(ctx: ServiceContext): Promise<string> {
  const registers = [new Registry()];
  const gauge = (name: string, help: string, values: { labels?: Record<string, string>; value: number }[]): void => {
    const labelNames = Object.keys(values[0]?.labels ?? {});
    const made = new Gauge({ name: `trigger_system_${name}`, help, labelNames, registers });
    for (const { labels = {}, value } of values) made.set(labels, value);
  };
  const state = await readQueueFigures(ctx).catch((error: unknown) => {
    warnOnceAMinute(ctx.log, { err: error }, "metrics: the state of the queue cannot be read");
    return null;
  });
  gauge("database_up", "1 if the database answered.", [{ value: state ? 1 : 0 }]);
  if (state) {
    const { due, waiting, oldestDueSeconds, breakers } = state;
    gauge("queue_executions", "Executions that wait in the database: due now, or later. At most 100,000 count.", [
      { labels: { when: "due" }, value: due },
      { labels: { when: "later" }, value: waiting },
    ]);
    gauge("queue_oldest_due_seconds", "Seconds since the oldest execution was due, of actions that may go on.", [
      { value: oldestDueSeconds },
    ]);
    const states = Object.entries(breakers).map(([name, value]) => ({ labels: { state: name }, value }));
    gauge("breakers", "Actions by the state of their endpoint's breaker.", states);
  }
  return registers[0]!.metrics();
}
