import { ulid } from "ulid";
import { expect, test } from "vitest";
import { makeRunIdAfterTime } from "./make-run-id-after-time";

test("the id sorts above the runs of its millisecond and below the runs of the next millisecond", () => {
  const time = Date.UTC(2026, 10, 29, 22, 0, 0, 123);
  expect(makeRunIdAfterTime(new Date(time)) > ulid(time)).toBe(true);
  expect(makeRunIdAfterTime(new Date(time)) < ulid(time + 1)).toBe(true);
});
