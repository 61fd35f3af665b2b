import { describe, expect, it } from "vitest";
import { formatRelativeTime, formatUtcTime } from "./format-time";

const now = Date.parse("2026-11-22T12:00:00Z");
const at = (offsetMs: number): Date => new Date(now + offsetMs);

describe("formatRelativeTime", () => {
  it.each([
    [0, "just now"],
    [-12_000, "12 s ago"],
    [-59_400, "59 s ago"],
    [-5 * 60_000, "5 min ago"],
    [-119 * 60_000, "1 h ago"],
    [-4 * 86_400_000, "4 d ago"],
    [40_000, "in 40 s"],
    [4 * 60_000 + 50_000, "in 5 min"],
    [23 * 3_600_000 + 3_599_000, "in 1 d"],
    [-40 * 86_400_000, "13 Oct 2026"],
  ])("says %s ms from now as %s", (offset, text) => expect(formatRelativeTime(at(offset), now)).toBe(text));
});

it("writes UTC in any time zone of the machine", () => {
  expect(formatUtcTime(at(0))).toBe("22 Nov 2026, 12:00:00");
});
