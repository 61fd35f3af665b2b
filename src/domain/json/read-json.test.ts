import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringifyJson } from "./long-number";
import { findJsonFault, findPositionInText, parseJsonWithOffsets } from "./read-json";

describe("a text that is not JSON", () => {
  test.each<[string, number, string]>([
    ['{"a": 1,}', 8, "There is a comma before the closing }."],
    ["[1, 2,]", 6, "There is a comma before the closing ]."],
    ['{"a" 1}', 5, 'A colon is missing after "a".'],
    ['{"a": 1 "b": 2}', 8, 'A comma or } is missing before ".'],
    ["[1 2]", 3, "A comma or ] is missing before 2."],
    ["{a: 1}", 1, "A name in double quotes is missing before a."],
    ["['a']", 1, "Text stands in double quotes, not in single ones."],
    ["[1] // end", 4, "There is more after the end of the JSON: /."],
    ["[ // first\n1]", 2, "JSON has no comments."],
    ['["a\nb"]', 3, "The closing double quote is missing."],
    ['["a', 3, "The closing double quote is missing."],
    ['["a\\x"]', 3, "A backslash stands before a character it cannot escape."],
    ['["\\u12"]', 2, "A backslash stands before a character it cannot escape."],
    ['["a\tb"]', 3, "A control character has to be escaped."],
    ["[undefined]", 1, "A value is missing before undefined."],
    ["[01]", 1, "A value is missing before 01."],
    ["[+1]", 1, "A value is missing before +1."],
    ["[NaN]", 1, "A value is missing before NaN."],
    ["[1", 2, "A comma or ] is missing before the end of the text."],
    ["", 0, "A value is missing before the end of the text."],
  ])("%j", (text, at, message) => {
    expect(parseJsonWithOffsets(text)).toMatchObject({ problem: { at, message } });
  });

  test("is refused exactly as by JSON.parse, and every other text is read the same", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"\\u00e9"',
      "1",
      "-0.5e3",
      "01",
      "true",
      "null",
      " ",
      "\n",
      "'",
      "\\",
      '"',
    );
    const texts = fc.oneof(
      fc.json(),
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = parseJsonWithOffsets(text);
        let expected: { value: unknown } | null = null;
        try {
          // JSON writers write -0 as 0.
          const withoutMinusZero = (_: string, value: unknown): unknown => (value === 0 ? 0 : value);
          expected = { value: JSON.parse(text, withoutMinusZero) as unknown };
        } catch {
          expected = null;
        }
        const found = read.problem === null ? { value: JSON.parse(stringifyJson(read.value)) as unknown } : null;
        expect(found).toEqual(expected);
        expect(findJsonFault(text) === null).toBe(expected !== null);
      }),
      { numRuns: 2_000 },
    );
  });

  test("minus zero is read as JSON.parse reads it", () => {
    expect(parseJsonWithOffsets("[-0]")).toMatchObject({ value: [-0], problem: null });
  });

  test("may have any length", () => {
    const value = { a: "x".repeat(20_000_000), b: "\n".repeat(1_000_000) };
    expect(parseJsonWithOffsets(JSON.stringify(value)).problem).toBeNull();
  });

  test("places count lines and columns from one", () => {
    expect(findPositionInText("ab\ncd", 0)).toEqual({ line: 1, column: 1 });
    expect(findPositionInText("ab\ncd", 4)).toEqual({ line: 2, column: 2 });
  });
});
