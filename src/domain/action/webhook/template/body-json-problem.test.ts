import fc from "fast-check";
import { expect, test } from "vitest";
import { findBodyJsonProblem } from "./body-json-problem";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const pieces = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  '"a"',
  "\\",
  '"\\n"',
  '"\\u00e9"',
  "1",
  "-",
  "0",
  "01",
  "1.5e3",
  ".",
  "true",
  "truex",
  "null",
  " ",
  "\n",
  "\u0000",
  "a",
  "é",
];

test("finds a fault exactly in texts that are not JSON", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => list.join("")),
      (text) => void expect(findBodyJsonProblem(text) === null, text).toBe(isJson(text)),
    ),
    { numRuns: 20_000 },
  );
});

test("finds no fault in JSON of any format", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.nat(4),
      (value, space) => void expect(findBodyJsonProblem(JSON.stringify(value, null, space))).toBeNull(),
    ),
  );
});

test("points at the first character that is not allowed", () => {
  expect(findBodyJsonProblem('{"a": 1, }')).toEqual({ at: 9, reason: "a name in quotes was expected here" });
  expect(findBodyJsonProblem('{"a": [1 2]}')).toEqual({
    at: 9,
    reason: 'a "," or the end of what is open was expected here',
  });
  expect(findBodyJsonProblem('{"a": "b\nc"}')).toEqual({
    at: 6,
    reason: "a text holds a line break or a control character that is not escaped",
  });
  expect(findBodyJsonProblem('{"a":\n\n}')).toEqual({ at: 4, reason: "a value was expected here" });
  expect(findBodyJsonProblem("  [1] [2]")).toEqual({ at: 6, reason: "there is more after the end of the value" });
});

test("works at any depth", () => {
  expect(findBodyJsonProblem("[".repeat(100_000))).toMatchObject({ at: 100_000 });
});
