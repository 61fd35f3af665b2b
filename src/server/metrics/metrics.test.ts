import { expect, test } from "vitest";
import { testEnv } from "@/test/context";
import { CAME_THROUGH_PROXY_HEADER, CLIENT_IP_HEADER } from "../auth/auth";
import { mayReadMetrics } from "./may-read-metrics";
import { sumMetricsOfEndedProcesses, formatMetricsAsText } from "./exposition";
import { createProcessMetrics, type MetricsSnapshot } from "./metrics";

/** Returns the metrics of a worker that accepted `accepted` events, and delivered one after `seconds`. */
async function worker(accepted: number, seconds: number): Promise<MetricsSnapshot> {
  const metrics = createProcessMetrics({ ofProcess: true });
  metrics.eventsAccepted(accepted);
  metrics.delivered(seconds);
  metrics.attempt("success");
  metrics.watchPool("services", { totalCount: 3, idleCount: 1, waitingCount: accepted });
  return metrics.snapshot();
}

test("counters and histograms are summed over the workers, gauges keep the worker as a label", async () => {
  const workers = [
    { worker: "1", snapshot: await worker(2, 0.2) },
    { worker: "2", snapshot: await worker(3, 4) },
  ];
  const text = await formatMetricsAsText({ workers, ended: null }, { byWorker: false });
  const lines = text.split("\n");
  expect(lines).toContain("# TYPE trigger_system_events_accepted_total counter");
  expect(lines).toContain("trigger_system_events_accepted_total 5");
  expect(lines).toContain('trigger_system_attempts_total{kind="success"} 2');
  expect(lines).toContain('trigger_system_event_delivery_seconds_bucket{le="0.25"} 1');
  expect(lines).toContain('trigger_system_event_delivery_seconds_bucket{le="5"} 2');
  expect(lines).toContain("trigger_system_event_delivery_seconds_count 2");
  expect(lines).toContain('trigger_system_database_connections{pool="services",state="used",worker="1"} 2');
  expect(lines).toContain('trigger_system_database_connections{pool="services",state="waiting",worker="2"} 3');
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds\{worker="2"\} \S+$/m);
});

test("each worker's counters are given apart on demand", async () => {
  const workers = [
    { worker: "1", snapshot: await worker(2, 1) },
    { worker: "2", snapshot: await worker(3, 1) },
  ];
  const text = await formatMetricsAsText({ workers, ended: await worker(9, 1) }, { byWorker: true });
  expect(text).toContain('trigger_system_events_accepted_total{worker="1"} 2');
  expect(text).toContain('trigger_system_events_accepted_total{worker="2"} 3');
});

test("a sum keeps what workers counted that have ended", async () => {
  const ended = await sumMetricsOfEndedProcesses([await worker(10, 1), await worker(20, 1)]);
  const text = await formatMetricsAsText(
    { workers: [{ worker: "1", snapshot: await worker(1, 1) }], ended },
    { byWorker: false },
  );
  expect(text).toContain("trigger_system_events_accepted_total 31");
  expect(text).toContain("trigger_system_event_delivery_seconds_count 3");
  expect(text.match(/^trigger_system_database_connections\{.*state="used".*$/gm)).toHaveLength(1);
});

const request = (headers: Record<string, string>): Headers =>
  new Headers({
    [CLIENT_IP_HEADER]: "127.0.0.1",
    [CAME_THROUGH_PROXY_HEADER]: "no",
    host: "localhost:3000",
    ...headers,
  });
const open = testEnv();
const guarded = { ...open, metricsToken: "a-token-of-16-chars" };

test.each([
  ["from this machine without a token", open, {}, true],
  ["from this machine over IPv6", open, { [CLIENT_IP_HEADER]: "::1", host: "[::1]:3000" }, true],
  ["from another machine", open, { [CLIENT_IP_HEADER]: "10.0.0.7" }, false],
  ["with the X-Forwarded-For that Next adds itself", open, { "x-forwarded-for": "127.0.0.1" }, true],
  ["through a proxy on this machine", open, { [CAME_THROUGH_PROXY_HEADER]: "yes" }, false],
  ["under a name that another site can point at this machine", open, { host: "evil.example.com" }, false],
  ["with a token where none is set", open, { [CLIENT_IP_HEADER]: "10.0.0.7", authorization: "Bearer x" }, false],
  ["from this machine where a token is set", guarded, {}, false],
  ["with a wrong token", guarded, { authorization: "Bearer a-token-of-16-charz" }, false],
  [
    "with the token from anywhere",
    guarded,
    { [CLIENT_IP_HEADER]: "10.0.0.7", authorization: `Bearer ${guarded.metricsToken}` },
    true,
  ],
] as const)("a request %s", (_name, env, headers, isAllowed) => {
  expect(mayReadMetrics(env, request(headers))).toBe(isAllowed);
});
