import { describe, expect, test } from "vitest";
import { findNextCronTick, compileFunctionConfigs } from "./compile-function-configs";

const config = (options: Record<string, unknown>) => ({
  id: "app-fn",
  name: "fn",
  triggers: [{ event: "a" }],
  steps: { step: { id: "step", name: "step", runtime: { type: "http", url: "http://x" } } },
  ...options,
});
const problem = (options: Record<string, unknown>) => {
  try {
    compileFunctionConfigs([config(options)]);
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
};

test("reads what the engine does, with Inngest's defaults", () => {
  const [fn] = compileFunctionConfigs([
    config({
      triggers: [{ event: "a/b", expression: "event.data.x == 1" }, { cron: "TZ=UTC 0 3 * * *" }],
      concurrency: 5,
    }),
  ]);
  expect(fn).toMatchObject({
    id: "app-fn",
    attemptsMax: 5,
    crons: ["TZ=UTC 0 3 * * *"],
    concurrency: [{ limit: 5, key: null }],
    batch: null,
  });
  expect(fn?.eventTriggers[0]).toMatchObject({ event: "a/b", if: { source: "event.data.x == 1" } });
});

describe("refuses by name, and says what to change,", () => {
  test.each([
    [{ throttle: { limit: 1, period: "1s" } }, "throttle"],
    [{ debounce: { period: "1s" } }, "debounce"],
    [{ rateLimit: { limit: 1, period: "1s" } }, "rateLimit"],
    [{ idempotency: "event.data.id" }, "idempotency"],
    [{ singleton: { mode: "skip" } }, "singleton"],
    [{ priority: { run: "1" } }, "priority"],
    [{ timeouts: { start: "10s" } }, "timeouts"],
    [{ cancel: [{ event: "b" }] }, "cancelOn"],
    [{ somethingNew: 1 }, "somethingNew"],
    [{ batchEvents: { maxSize: 5, timeout: "1s", somethingNew: 1 } }, "batchEvents.somethingNew"],
    [{ concurrency: { limit: 1, scope: "env", key: "'x'" } }, 'concurrency.scope "env"'],
    [{ triggers: [{ cron: "0 3 * * *", jitter: "1m" }] }, "triggers.jitter"],
    [{ triggers: [{ event: "a/*" }] }, 'the trigger "a/*" with a wildcard'],
    [{ triggers: [] }, "step.invoke as its only trigger"],
  ])("%j", (options, what) => {
    expect(problem(options)).toBe(
      `Function "app-fn" asks for ${what}, which the embedded engine does not do. ` +
        "Remove it from the function, or run the functions on an Inngest server",
    );
  });
});

describe("refuses, naming function and option,", () => {
  test.each([
    [{ triggers: Array.from({ length: 11 }, () => ({ event: "a" })) }, "triggers must hold at most 10"],
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
      { batchEvents: { maxSize: 5, timeout: "1s" }, concurrency: { limit: 1, key: "event.data.x" } },
      "concurrency.key has no effect together with batchEvents; use a limit without a key",
    ],
    [{ concurrency: 0 }, "concurrency.limit must be a whole number from 1 to 100000, not 0"],
    [{ concurrency: [1, 2, 3] }, "concurrency must hold at most 2"],
    [{ steps: { step: { retries: { attempts: 21 } } } }, "retries must be a whole number from 0 to 20, not 21"],
  ])("%j", (options, expected) => {
    const message = problem(options).replace('Function "app-fn": option ', "");
    if (expected instanceof RegExp) expect(message).toMatch(expected);
    else expect(message).toBe(expected);
  });
});

test("ticks follow the time zone, across the change of clocks too", () => {
  const after = (expression: string, iso: string) =>
    new Date(findNextCronTick(expression, Date.parse(iso)) ?? 0).toISOString();
  expect(after("*/5 * * * *", "2030-01-01T00:00:00Z")).toBe("2030-01-01T00:05:00.000Z");
  expect(after("TZ=America/New_York 0 9 * * 1", "2030-03-08T00:00:00Z")).toBe("2030-03-11T13:00:00.000Z");
  expect(after("TZ=America/New_York 0 9 * * 1", "2030-03-01T00:00:00Z")).toBe("2030-03-04T14:00:00.000Z");
});
