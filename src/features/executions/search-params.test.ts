import { expect, test } from "vitest";
import {
  executionParams,
  hasFilters,
  serializeExecutionParams,
  toFilters,
  type ExecutionParams,
} from "./search-params";

const none: ExecutionParams = { status: [], trigger: "", action: "", source: "", range: null, from: null, to: null };
const now = Date.parse("2026-03-01T12:00:00.000Z");

test("nothing chosen filters nothing, and leaves the URL clean", () => {
  expect(toFilters(none, now)).toEqual({});
  expect(hasFilters(none)).toBe(false);
  expect(serializeExecutionParams("/executions", none)).toBe("/executions");
});

test("a range ends now; a fixed interval wins over it", () => {
  expect(toFilters({ ...none, range: "24h" }, now)).toEqual({ from: new Date("2026-02-28T12:00:00.000Z") });
  const to = new Date("2026-02-20T11:00:00.000Z");
  expect(toFilters({ ...none, range: "24h", to }, now)).toEqual({ to });
});

test("several statuses are one parameter, and unknown ones are left out", () => {
  expect(serializeExecutionParams({ status: ["ERROR", "SKIPPED"] })).toBe("?status=ERROR,SKIPPED");
  expect(executionParams.status.parse("ERROR,nonsense")).toEqual(["ERROR"]);
});
