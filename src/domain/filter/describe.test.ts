import { expect, test } from "vitest";
import { observationCreated } from "../event-source/observation-created/index";
import { describeFilter } from "./describe";
import { emptyFilter, type Filter } from "./schema";
import { all, any, condition, none } from "./testing";

const error = condition("level", "any of", ["ERROR", "WARNING"]);
const slow = condition("latency", ">", 5);
const health = condition("name", "contains", "health");

test.each<[string, Filter]>([
  ["every observation", emptyFilter],
  [
    'level is any of ERROR, WARNING and latency is greater than 5 s, and none of (name contains "health")',
    all(error, slow, none(health)),
  ],
  ["level is any of ERROR, WARNING or latency is greater than 5 s", any(error, slow)],
  ['none of (latency is greater than 5 s, name contains "health")', none(slow, health)],
  [
    'latency is greater than 5 s, and (level is any of ERROR, WARNING or name contains "health")',
    all(slow, any(error, health)),
  ],
  ["latency is greater than 5 s, and level is any of ERROR, WARNING", all(slow, any(error))],
  ['metadata "tier" is "gold"', all(condition("metadata", "=", "gold", "tier"))],
  ['input at "messages.0.content" contains "hi"', all(condition("input", "contains", "hi", "messages.0.content"))],
  ['usage details "input" is at least 10', all(condition("usageDetails", ">=", 10, "input"))],
  ['start time is before "2026-01-01"', all(condition("startTime", "<", "2026-01-01"))],
  [
    "trace ID has a value and is root observation is not true",
    all(condition("traceId", "is not null"), condition("isRootObservation", "<>", true)),
  ],
  ['tags contains all of a, "b c"', all(condition("tags", "all of", ["a", "b c"]))],
  [
    "tags contains any of 0, 1, 2, 3, 4, 5, 6, 7 or 2 more",
    all(condition("tags", "any of", Array.from({ length: 10 }, (_, index) => String(index)))),
  ],
  ['nothing of ours is "x"', all(condition("nothing of ours", "=", "x"))],
])("%s", (sentence, filter) => {
  expect(describeFilter(observationCreated, filter)).toBe(sentence);
});
