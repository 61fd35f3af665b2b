import { expect, test } from "vitest";
import { createEventPaceCheck } from "./event-pace";

const SECOND = 1_000;

test("a project's pace is low below one event a second over 10 s, and each project has its own", () => {
  let now = 0;
  const isLow = createEventPaceCheck(() => now);
  for (let n = 1; n <= 9; n++) expect(isLow("busy", 1)).toBe(true);
  expect(isLow("busy", 1)).toBe(false);
  expect(isLow("other", 1)).toBe(true);
  now += 5 * SECOND;
  expect(isLow("busy", 1)).toBe(false);
  now += 10 * SECOND - 1;
  expect(isLow("busy", 9)).toBe(false);
  now += 10 * SECOND;
  expect(isLow("busy", 9)).toBe(true);
});

test("a project at two events a second stays busy; one at an event every two seconds never is", () => {
  const paceOf = (everyMs: number) => {
    let now = 0;
    const isLow = createEventPaceCheck(() => now);
    return Array.from({ length: 60 }, () => {
      now += everyMs;
      return isLow("project", 1);
    });
  };
  expect(paceOf(500).lastIndexOf(true)).toBe(8);
  expect(paceOf(2_000)).not.toContain(false);
});

test("the events of one request have one answer, by all of them", () => {
  const isLow = createEventPaceCheck(() => 0);
  expect(isLow("nine", 9)).toBe(true);
  expect(isLow("ten", 10)).toBe(false);
  expect(isLow("many", 5_000)).toBe(false);
});
