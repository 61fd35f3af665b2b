import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { MetricObjectWithValues, MetricValue } from "prom-client";
import type { Pool } from "pg";

/** The metrics of one process as plain JSON, to be sent to another process. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

/** Counts the work of this process, for the page /metrics of Prometheus. */
export type ProcessMetrics = {
  eventsAccepted: (count: number) => void;
  eventsRefused: (status: number) => void;
  eventsRejected: (count: number) => void;
  /** Counts matched events and stored decisions, and records the seconds from each event's receipt to its decision. */
  decided: (input: { events: number; kinds: readonly string[]; agesSeconds: readonly number[] }) => void;
  executionsCreated: (count: number) => void;
  executionEnded: (status: string) => void;
  attempt: (kind: string) => void;
  /** Records the seconds from an event's receipt to its delivery, without the delay that the trigger sets. */
  delivered: (seconds: number) => void;
  /** Reports the connections of a database pool. */
  watchPool: (name: string, pool: Pick<Pool, "totalCount" | "idleCount" | "waitingCount">) => void;
  snapshot: () => Promise<MetricsSnapshot>;
};

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200];

/** @param ofProcess whether to report the event loop, memory and garbage collection of this process too */
export function createProcessMetrics({ ofProcess }: { ofProcess: boolean }): ProcessMetrics {
  const registry = new Registry();
  const registers = [registry];
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter<L>({ name: `trigger_system_${name}`, help, labelNames, registers });
  const seconds = (name: string, help: string): Histogram =>
    new Histogram({ name: `trigger_system_${name}`, help, buckets: SECONDS, registers });

  const accepted = counter("events_accepted_total", "Events that the event endpoints accepted.");
  const refused = counter("event_requests_refused_total", "Requests with events that were refused.", "status");
  const rejected = counter("events_rejected_total", "Accepted events that could not be used.");
  const decidedEvents = counter("events_decided_total", "Events that all triggers of their project have evaluated.");
  const decisions = counter("decisions_total", "Decisions that are kept; a plain non-match is none.", "kind");
  const created = counter("executions_created_total", "Executions that were created.");
  const ended = counter("executions_ended_total", "Executions that an attempt has ended.", "status");
  const attempts = counter("attempts_total", "Finished attempts: success, or the kind of the error.", "kind");
  const toDecision = seconds("event_decision_seconds", "From the receipt of an event to its decisions.");
  const toDelivery = seconds(
    "event_delivery_seconds",
    "From the receipt of an event to the delivery, without the delay of its trigger.",
  );
  const pools = new Map<string, Parameters<ProcessMetrics["watchPool"]>[1]>();
  const connections = new Gauge({
    name: "trigger_system_database_connections",
    help: "Connections of a pool by state; waiting: callers that wait for one.",
    labelNames: ["pool", "state"],
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
        connections.set({ pool, state: "used" }, totalCount - idleCount);
        connections.set({ pool, state: "idle" }, idleCount);
        connections.set({ pool, state: "waiting" }, waitingCount);
      }
    },
  });

  return {
    eventsAccepted: (count) => accepted.inc(count),
    eventsRefused: (status) => refused.inc({ status: String(status) }),
    eventsRejected: (count) => rejected.inc(count),
    decided({ events, kinds, agesSeconds }) {
      decidedEvents.inc(events);
      for (const kind of kinds) decisions.inc({ kind });
      for (const age of agesSeconds) toDecision.observe(Math.max(0, age));
    },
    executionsCreated: (count) => created.inc(count),
    executionEnded: (status) => ended.inc({ status: status.toLowerCase() }),
    attempt: (kind) => attempts.inc({ kind }),
    delivered: (value) => toDelivery.observe(Math.max(0, value)),
    watchPool: (name, pool) => void pools.set(name, pool),
    snapshot: () => registry.getMetricsAsJSON(),
  };
}
