import { expect, test } from "vitest";
import { describeFunctionOptions } from "./describe-function-options";

test("the options of a function are described in words", () => {
  const options = {
    triggers: [{ event: "observation.created" }, { event: "other", expression: "event.data.x == 1" }],
    batchEvents: { maxSize: 100, timeout: "1s", key: "event.data.projectId", if: "event.data.alone != true" },
    concurrency: [{ limit: 4 }, { limit: 1, key: "event.data.actionId" }],
    cancel: [{ event: "action/execution.cancelled", if: "true" }],
  };
  expect(describeFunctionOptions(options, 11)).toEqual([
    { label: "Starts on", value: "observation.created, other if event.data.x == 1" },
    { label: "Batches", value: "up to 100 events, 1 s at most, by event.data.projectId, if event.data.alone != true" },
    { label: "At once", value: "4 runs, 1 run for each event.data.actionId" },
    { label: "Cancelled by", value: "action/execution.cancelled" },
    { label: "Tries", value: "11 of each step" },
  ]);
});

test("an absent option is left out, a plain limit is a number, and an unknown option is shown unchanged", () => {
  expect(
    describeFunctionOptions({ triggers: [{ cron: "* * * * *" }], concurrency: 50, priority: { run: "1" } }, 1),
  ).toEqual([
    { label: "Starts on", value: "schedule * * * * *" },
    { label: "At once", value: "50 runs" },
    { label: "Tries", value: "1 of each step" },
    { label: "priority", value: '{"run":"1"}' },
  ]);
});
