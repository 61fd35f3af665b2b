import { AggregatorRegistry } from "prom-client";
import type { MetricsSnapshot } from "./metrics";
import type { ProcessSnapshots } from "./process-snapshots";

/** The content type of Prometheus' text format. */
export const METRICS_CONTENT_TYPE = AggregatorRegistry.PROMETHEUS_CONTENT_TYPE;

/**
 * Writes the metrics of all processes in Prometheus' text format. Counters and histograms are summed over the
 * processes. Gauges, such as memory, get the label `worker`.
 * @param byWorker labels every value by worker instead of summing
 */
export function formatMetricsAsText(
  { workers, ended }: ProcessSnapshots,
  { byWorker }: { byWorker: boolean },
): Promise<string> {
  const labelled = workers.map(({ worker, snapshot }) =>
    snapshot.map((metric) => {
      if (!byWorker && isCounted(metric)) return metric;
      const values = metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker } }));
      return { ...metric, values, aggregator: "sum" as const };
    }),
  );
  return AggregatorRegistry.aggregate(ended && !byWorker ? [...labelled, ended] : labelled).metrics();
}

/** Sums the counters and histograms of processes that have ended. Gauges of an ended process have no meaning. */
export function sumMetricsOfEndedProcesses(snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  const counted = snapshots.map((snapshot) => snapshot.filter(isCounted));
  return AggregatorRegistry.aggregate(counted).getMetricsAsJSON();
}

/**
 * Tells whether a metric is a counter or a histogram. prom-client declares the type as an enum, but gives it as text.
 */
const isCounted = ({ type }: MetricsSnapshot[number]): boolean => ["counter", "histogram"].includes(String(type));
