import { expect, test } from "vitest";
import { optionWords } from "./option-words";

test.each([
  [{ triggers: [{ event: "a" }, { cron: "* * * * *" }] }, 1, "on a, cron * * * * * · no retries"],
  [
    { triggers: [{ event: "a" }], batchEvents: { maxSize: 10, timeout: "1s", key: "event.data.x" }, concurrency: { limit: 4 } },
    11,
    "on a · up to 10 events a batch, by event.data.x · 4 at once · 10 retries",
  ],
  [
    { triggers: [{ event: "a" }], concurrency: [5, { limit: 1, key: "event.data.k" }], cancel: [{ event: "stop" }], priority: { run: "1" } },
    5,
    'on a · 5 at once · 1 at once by event.data.k · cancelled by stop · priority {"run":"1"} · 4 retries',
  ],
])("says in a line what starts a function and what limits it", (options, attemptsMax, words) => {
  expect(optionWords({ options, attemptsMax })).toBe(words);
});
