import { expect, test } from "vitest";
import { scoreCreated } from "@/test/score-created";
import type { EventSource } from "./event-source";
import { readListColumnValue, findUnusualMark } from "./list-column-value";
import { observationCreatedSource } from "./observation-created/index";

test("a value of a list is the column of the row, else the fact of that name, else null", () => {
  const row = { eventSource: "score.created", name: "helpfulness", level: null, facts: { value: 0.2, level: "x" } };
  expect([
    readListColumnValue(row, "name"),
    readListColumnValue(row, "value"),
    readListColumnValue(row, "level"),
    readListColumnValue(row, "model"),
  ]).toEqual(["helpfulness", 0.2, "x", null]);
  expect(readListColumnValue({ eventSource: "a", facts: null }, "value")).toBeNull();
});

test("a mark is told where it is not the usual one, with the look that its source gives it", () => {
  const score = scoreCreated as EventSource;
  expect(findUnusualMark(observationCreatedSource as EventSource, { level: "ERROR" })).toMatchObject({
    value: "ERROR",
    label: "Error",
    tone: "danger",
  });
  expect(findUnusualMark(observationCreatedSource as EventSource, { level: "DEFAULT" })).toBeNull();
  expect(findUnusualMark(score, { facts: { verdict: "bad" } })).toMatchObject({ label: "Bad", tone: "danger" });
  expect(findUnusualMark(score, { facts: { verdict: "unheard of" } })).toMatchObject({
    label: "unheard of",
    tone: "neutral",
  });
  expect(findUnusualMark(score, { facts: { verdict: "good" } })).toBeNull();
  expect(findUnusualMark(null, { facts: { verdict: "bad" } })).toBeNull();
});
