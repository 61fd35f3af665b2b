import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { warnOnceAMinute } from "./warn-once-a-minute";

const lines: [object, string][] = [];
const log = { warn: (facts: object, message: string) => void lines.push([facts, message]) };

beforeEach(() => {
  vi.useFakeTimers();
  lines.length = 0;
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

test("a thousand equal warnings are one line at once, and one a minute with their number", () => {
  for (let n = 1; n <= 1_000; n++) warnOnceAMinute(log, { err: `away ${n}` }, "refused");
  warnOnceAMinute(log, { err: "away" }, "not recorded");
  expect(lines).toEqual([
    [{ err: "away 1" }, "refused"],
    [{ err: "away" }, "not recorded"],
  ]);
  vi.advanceTimersByTime(60_000);
  expect(lines.slice(2)).toEqual([[{ err: "away 1000", times: 999 }, "refused"]]);
  warnOnceAMinute(log, { err: "still away" }, "refused");
  vi.advanceTimersByTime(60_000);
  expect(lines.slice(3)).toEqual([[{ err: "still away", times: 1 }, "refused"]]);
});

test("after a minute without a warning the next one is logged at once, and each log has its own lines", () => {
  warnOnceAMinute(log, { err: "first" }, "refused");
  vi.advanceTimersByTime(60_000);
  warnOnceAMinute(log, { err: "second" }, "refused");
  warnOnceAMinute({ ...log }, { err: "other" }, "refused");
  expect(lines.map(([facts]) => facts)).toEqual([{ err: "first" }, { err: "second" }, { err: "other" }]);
});

test("the cause is one line, also where Prisma wraps the words of PostgreSQL", () => {
  const wrapped = new Error("\nInvalid `prisma.$queryRaw()` invocation:\n\n\nRaw query failed: no answer");
  warnOnceAMinute(log, { err: wrapped, path: "/e" }, "refused");
  expect(lines).toEqual([[{ err: "Raw query failed: no answer", path: "/e" }, "refused"]]);
});
