import { expect, it } from "vitest";
import { convertRangeToInterval, writeExecutionsQueryOfRange, describeTimeRange } from "./overview-range";

const now = Date.parse("2026-03-01T12:00:40Z");
const none = { range: null, from: null, to: null };
const own = { range: null, from: new Date(0), to: new Date(1_000) };

it("turns a range into an interval that moves on by the minute, and one's own into itself", () => {
  expect(convertRangeToInterval({ ...none, range: "1h" }, now)).toEqual({ from: new Date("2026-03-01T11:00:00Z") });
  expect(convertRangeToInterval(none, now)).toEqual({ from: new Date("2026-02-28T12:00:00Z") });
  expect(convertRangeToInterval(own, now)).toEqual({ from: new Date(0), to: new Date(1_000) });
  expect(convertRangeToInterval({ ...own, to: null }, now)).toEqual({ from: new Date(0) });
});

it("names a range in words, and in the URL of the executions", () => {
  expect(describeTimeRange({ ...none, range: "7d" })).toBe("in 7 d");
  expect(describeTimeRange(own)).toBe("in this range");
  expect(writeExecutionsQueryOfRange(none)).toBe("range=24h");
  expect(writeExecutionsQueryOfRange(own)).toBe("from=1970-01-01T00:00:00.000Z&to=1970-01-01T00:00:01.000Z");
});
