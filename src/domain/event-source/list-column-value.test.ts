import { expect, test } from "vitest";
import { scoreCreated } from "@/test/score-created";
import type { EventSource } from "./event-source";
import { listColumnValueOf, unusualMarkOf } from "./list-column-value";
import { observationCreatedSource } from "./observation-created/index";

test("a value of a list is the column of the row, else the fact of that name, else null", () => {
  const row = { eventSource: "score.created", name: "helpfulness", level: null, facts: { value: 0.2, level: "x" } };
  expect([
    listColumnValueOf(row, "name"),
    listColumnValueOf(row, "value"),
    listColumnValueOf(row, "level"),
    listColumnValueOf(row, "model"),
  ]).toEqual(["helpfulness", 0.2, "x", null]);
  expect(listColumnValueOf({ eventSource: "a", facts: null }, "value")).toBeNull();
});

test("a mark is told where it is not the usual one, with the look that its source gives it", () => {
  const score = scoreCreated as EventSource;
  expect(unusualMarkOf(observationCreatedSource as EventSource, { level: "ERROR" })).toMatchObject({
    value: "ERROR",
    label: "Error",
    tone: "danger",
  });
  expect(unusualMarkOf(observationCreatedSource as EventSource, { level: "DEFAULT" })).toBeNull();
  expect(unusualMarkOf(score, { facts: { verdict: "bad" } })).toMatchObject({ label: "Bad", tone: "danger" });
  expect(unusualMarkOf(score, { facts: { verdict: "unheard of" } })).toMatchObject({
    label: "unheard of",
    tone: "neutral",
  });
  expect(unusualMarkOf(score, { facts: { verdict: "good" } })).toBeNull();
  expect(unusualMarkOf(null, { facts: { verdict: "bad" } })).toBeNull();
});
