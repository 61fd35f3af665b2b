import { expect, it } from "vitest";
import { readBackfillRange } from "./backfill-range";

const now = new Date("2026-02-01T12:00:00Z");
const none = { from: "", to: "" };

it("ends a range that is counted back at the present moment", () => {
  expect(readBackfillRange("24h", none, now)).toEqual({
    range: { from: new Date("2026-01-31T12:00:00Z"), to: now },
    problem: null,
  });
});

it("reads a range of one's own as UTC", () => {
  const { range } = readBackfillRange("own", { from: "2026-01-01T00:00", to: "2026-01-02T10:30:15" }, now);
  expect(range).toEqual({ from: new Date("2026-01-01T00:00:00Z"), to: new Date("2026-01-02T10:30:15Z") });
});

it("refuses a range with an end that is missing, or not after its beginning", () => {
  expect(readBackfillRange("own", { from: "2026-01-01T00:00", to: "" }, now).problem).toMatch(/both/);
  expect(readBackfillRange("own", { from: "2026-01-01T00:00", to: "2026-01-01T00:00" }, now).problem).toMatch(/after/);
});
