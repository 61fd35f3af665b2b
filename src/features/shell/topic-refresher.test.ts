import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTopicRefresher } from "./topic-refresher";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function make() {
  const runs: string[][] = [];
  const refresher = createTopicRefresher<string>({
    everyMs: 2_500,
    refresh: (topics) => {
      runs.push([...topics]);
      return Promise.resolve();
    },
  });
  return { refresher, runs };
}

test("the first change refreshes at once, and one change a second causes at most 24 refreshes a minute", async () => {
  const { refresher, runs } = make();
  refresher.request(["executions"]);
  expect(runs).toEqual([["executions"]]);
  for (let second = 0; second < 60; second++) {
    refresher.request(["executions"]);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(runs.length).toBeLessThanOrEqual(25);
});

test("a hidden tab refreshes nothing, and refreshes once when it is shown", async () => {
  const { refresher, runs } = make();
  refresher.setPaused(true);
  for (const topic of ["executions", "actions", "executions"]) refresher.request([topic]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toEqual([]);
  refresher.setPaused(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(runs).toEqual([["executions", "actions"]]);
});

test("a refresh that fails stops no later one", async () => {
  let count = 0;
  const refresher = createTopicRefresher<string>({
    everyMs: 10,
    refresh: () => (count++ === 0 ? Promise.reject(new Error("offline")) : Promise.resolve()),
  });
  refresher.request(["a"]);
  refresher.request(["b"]);
  await vi.advanceTimersByTimeAsync(100);
  expect(count).toBe(2);
});
