import { expect, test } from "vitest";
import { visibleReason } from "./visible-reason";

const quoting = [
  'Cancelled: no longer matches: input contains "x" failed: saw "SECRET"',
  'No longer matches: input contains "x" failed: saw "SECRET" An attempt is under way; none follows it.',
  'Not matched: output = "x" failed: saw "a\nSECRET"',
  'Not matched, but its execution has already finished: metadata["k"] = 1 failed: saw "SECRET"',
];

test.each(quoting)("what a condition saw is hidden from those who may not read bodies: %s", (reason) => {
  expect(visibleReason(reason, false)).not.toContain("SECRET");
  expect(visibleReason(reason, false)).toContain("hidden");
  expect(visibleReason(reason, true)).toBe(reason);
});

test.each([
  "Matched.",
  "Cancelled: its trigger was deleted.",
  "Skipped: an execution exists already for this trigger, action and source; it is COMPLETED.",
])("a reason that quotes nothing stays: %s", (reason) => expect(visibleReason(reason, false)).toBe(reason));
