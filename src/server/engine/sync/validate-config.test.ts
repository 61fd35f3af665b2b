import { describe, expect, test } from "vitest";
import { nextTick, readFunctions } from "./validate-config";

const config = (options: Record<string, unknown>) => ({
  id: "app-fn",
  name: "fn",
  triggers: [{ event: "a" }],
  steps: { step: { id: "step", name: "step", runtime: { type: "http", url: "http://x" } } },
  ...options,
});
const problem = (options: Record<string, unknown>) => {
  try {
    readFunctions([config(options)]);
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
};

test("reads what the engine does, with Inngest's defaults", () => {
  const [fn] = readFunctions([
    config({
      triggers: [{ event: "a/*", expression: "event.data.x == 1" }, { cron: "TZ=UTC 0 3 * * *" }],
      concurrency: 5,
    }),
  ]);
  expect(fn).toMatchObject({
    id: "app-fn",
    attemptsMax: 5,
    crons: ["TZ=UTC 0 3 * * *"],
    concurrency: [{ limit: 5, key: null, shared: false }],
    batch: null,
  });
  expect(fn?.eventTriggers[0]).toMatchObject({ event: "a/*", if: { source: "event.data.x == 1" } });
});

test("reads flow control as rates of GCRA, and nothing where none is asked for", () => {
  const read = (options: Record<string, unknown>) => readFunctions([config(options)])[0]?.flow;
  expect(read({})).toBeNull();
  expect(read({ idempotency: "event.data.id" })?.rateLimit).toMatchObject({
    intervalMs: 86_400_000,
    burst: 1,
    key: { value: { source: "event.data.id" } },
  });
  expect(read({ rateLimit: { limit: 20, period: "1m" } })?.rateLimit).toEqual({
    key: null,
    intervalMs: 3000,
    burst: 3,
  });
  expect(read({ throttle: { limit: 20, period: "1m" } })?.throttle).toEqual({ key: null, intervalMs: 3000, burst: 1 });
  expect(read({ throttle: { limit: 20, period: "1m", burst: 5 } })?.throttle).toEqual({
    key: null,
    intervalMs: 3000,
    burst: 5,
  });
  expect(read({ timeouts: { start: "10s" } })?.timeouts).toEqual({ startMs: 10_000, finishMs: null });
});

describe("refuses, naming function and option,", () => {
  const batchEvents = { maxSize: 5, timeout: "1s" };
  const unsupported = "is not supported by the embedded engine; run this function on an Inngest server";
  test.each([
    [{ throttle: { limit: 1, period: "500ms" } }, "throttle.period must be between 1 s and 7 days"],
    [{ throttle: { limit: 0, period: "1s" } }, "throttle.limit must be a whole number from 1 to 100000, not 0"],
    [
      { rateLimit: { limit: 1, period: "soon" } },
      'rateLimit.period must be a duration such as "2s" or "1h30m", not "soon"',
    ],
    [{ rateLimit: { limit: 1, period: "1s", window: "fixed" } }, `rateLimit.window ${unsupported}`],
    [{ rateLimit: { limit: 1, period: "1s", key: "event.data ==" } }, /^rateLimit.key "event.data ==" cannot be read/],
    [{ debounce: { period: "8d" } }, "debounce.period must be between 1 s and 7 days"],
    [{ idempotency: "" }, "idempotency must be an expression"],
    [{ singleton: { mode: "queue" } }, "singleton.mode must be skip or cancel"],
    [{ timeouts: { start: "100ms" } }, "timeouts.start must be between 1 s and 366 days"],
    [
      { idempotency: "event.data.id", rateLimit: { limit: 1, period: "1s" } },
      "rateLimit has no effect together with idempotency, which is a rate limit of its own",
    ],
    [{ batchEvents, debounce: { period: "1s" } }, "debounce cannot be used together with batchEvents"],
    [{ batchEvents, singleton: { mode: "skip" } }, "singleton cannot be used together with batchEvents"],
    [{ batchEvents, priority: { run: "1" } }, "priority.run cannot be used together with batchEvents"],
    [{ batchEvents, idempotency: "event.data.id" }, "idempotency has no effect together with batchEvents"],
    [{ batchEvents, rateLimit: { limit: 1, period: "1s" } }, "rateLimit has no effect together with batchEvents"],
    [{ batchEvents, throttle: { limit: 1, period: "1s" } }, `throttle together with batchEvents ${unsupported}`],
    [{ somethingNew: 1 }, `somethingNew ${unsupported}`],
    [{ triggers: [{ cron: "0 3 * * *", jitter: "6m" }] }, "triggers.jitter must be between 1 s and 5 min"],
    [{ triggers: [] }, "triggers must hold 1 to 10"],
    [{ triggers: [{ event: "a*b" }] }, 'triggers.event "a*b": a wildcard can only stand at the end, after a / or a .'],
    [{ triggers: [{ cron: "never" }] }, /^triggers.cron "never" cannot be read/],
    [{ triggers: [{ event: "a", expression: "event.data ==" }] }, /^triggers.if "event.data ==" cannot be read/],
    [
      { batchEvents: { maxSize: 1, timeout: "1s" } },
      "batchEvents.maxSize must be a whole number from 2 to 1000, not 1",
    ],
    [
      { batchEvents: { maxSize: 5, timeout: "soon" } },
      'batchEvents.timeout must be a duration such as "2s" or "1h30m", not "soon"',
    ],
    [{ batchEvents: { maxSize: 5, timeout: "100ms" } }, "batchEvents.timeout must be between 1 s and 366 days"],
    [
      { batchEvents: { maxSize: 5, timeout: "1s" }, cancel: [{ event: "b" }] },
      "cancelOn cannot be used together with batchEvents",
    ],
    [
      { batchEvents: { maxSize: 5, timeout: "1s" }, concurrency: { limit: 1, key: "event.data.x" } },
      "concurrency.key has no effect together with batchEvents; use a limit without a key",
    ],
    [{ concurrency: 0 }, "concurrency.limit must be a whole number from 1 to 100000, not 0"],
    [{ concurrency: [1, 2, 3] }, "concurrency must hold at most 2"],
    [{ concurrency: { limit: 1, scope: "env" } }, "concurrency.scope env needs a key"],
    [{ steps: { step: { retries: { attempts: 21 } } } }, "retries must be a whole number from 0 to 20, not 21"],
  ])("%j", (options, expected) => {
    const message = problem(options).replace('Function "app-fn": option ', "");
    if (expected instanceof RegExp) expect(message).toMatch(expected);
    else expect(message).toBe(expected);
  });
});

test("ticks follow the time zone, across the change of clocks too", () => {
  const after = (expression: string, iso: string) => new Date(nextTick(expression, Date.parse(iso)) ?? 0).toISOString();
  expect(after("*/5 * * * *", "2030-01-01T00:00:00Z")).toBe("2030-01-01T00:05:00.000Z");
  expect(after("TZ=America/New_York 0 9 * * 1", "2030-03-08T00:00:00Z")).toBe("2030-03-11T13:00:00.000Z");
  expect(after("TZ=America/New_York 0 9 * * 1", "2030-03-01T00:00:00Z")).toBe("2030-03-04T14:00:00.000Z");
});
