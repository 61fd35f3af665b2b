import { expect, test } from "vitest";
import { parseFilterText } from "../filter/text/parse-filter-text";
import { observationCreatedSource } from "../event-source/observation-created/index";
import { sampleByHash } from "../sampling";
import { TriggerTestFile, runTriggerTests, type TriggerUnderTest } from "./trigger-tests";

const now = new Date("2026-01-01T00:00:00Z");

function trigger(filter: string, change: Partial<TriggerUnderTest> = {}): TriggerUnderTest {
  return {
    key: "slow",
    id: "trg_1",
    eventSource: "observation.created",
    filter: parseFilterText(filter, observationCreatedSource).filter!,
    samplingRate: 1,
    samplingBy: "source",
    delaySeconds: 0,
    delayMode: "fixed",
    ...change,
  };
}

const run = (
  tested: TriggerUnderTest,
  observation: Record<string, unknown>,
  expected: TriggerTestFile["tests"][number]["expect"][string],
) =>
  runTriggerTests(
    TriggerTestFile.parse({ tests: [{ name: "a", observation, expect: { slow: expected } }] }),
    [tested],
    now,
  );

const slow = { id: "o1", startTime: "2026-01-01T00:00:00Z", endTime: "2026-01-01T00:00:09Z" };

test.each<
  [string, TriggerUnderTest, Record<string, unknown>, TriggerTestFile["tests"][number]["expect"][string], string | null]
>([
  ["a match is created", trigger("latency > 5"), slow, "created", null],
  ["a non-match is not_matched", trigger("latency > 10"), slow, "not_matched", null],
  ["the reason is compared", trigger("latency > 10"), slow, { decision: "not_matched", reason: "saw 9" }, null],
  ["a rate of 0 samples out", trigger("latency > 5", { samplingRate: 0 }), slow, "sampled_out", null],
  ["matched takes what is sampled out", trigger("latency > 5", { samplingRate: 0 }), slow, "matched", null],
  [
    "a wrong expectation says what came instead, and why",
    trigger("latency > 10"),
    slow,
    "created",
    "Expected created, but it is not_matched: Not matched: latency > 10 failed: saw 9",
  ],
  [
    "a wrong reason is shown",
    trigger("latency > 10"),
    slow,
    { decision: "not_matched", reason: "level" },
    'Expected a reason with "level", but it is: Not matched: latency > 10 failed: saw 9',
  ],
  [
    "an observation that the server would reject fails",
    trigger("latency > 5"),
    { id: "o1", level: "LOUD" },
    "created",
    "The observation cannot be used: observation.level must be one of DEBUG, DEFAULT, WARNING, ERROR.",
  ],
])("%s", (_name, tested, observation, expected, failure) => {
  expect(run(tested, observation, expected)).toEqual([{ test: "a", trigger: "slow", failure }]);
});

test("a test samples as the server does, by the id of the trigger", () => {
  const tested = trigger("latency > 5", { samplingRate: 0.5 });
  for (let n = 0; n < 50; n++) {
    const { sampled } = sampleByHash({ triggerId: "trg_1", key: `o${n}`, rate: 0.5 });
    expect(run(tested, { ...slow, id: `o${n}` }, sampled ? "created" : "sampled_out")[0]?.failure).toBeNull();
  }
});

test("a test of a trigger that does not exist fails", () => {
  const file = TriggerTestFile.parse({ tests: [{ name: "a", observation: slow, expect: { fast: "created" } }] });
  expect(runTriggerTests(file, [trigger("latency > 5")], now)[0]?.failure).toBe(
    "There is no trigger with the key fast. Use the name of its file.",
  );
});
