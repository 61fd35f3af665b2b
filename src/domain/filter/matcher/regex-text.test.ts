import fc from "fast-check";
import { expect, test } from "vitest";
import { compileRegex } from "../regex";
import { findTextInEveryMatch } from "./regex-text";

test.each([
  ["^timeout after \\d+ ms$", "timeout after "],
  ["abc+def", "abc"],
  ["abcd*efg", "abc"],
  ["abcd?efg", "abc"],
  ["abcd{0,2}ef", "abc"],
  ["(maybe)?surely", "surely"],
  ["[a-z]+error[^x]", "error"],
  ["error\\.code", "error"],
  ["order {3}", "order"],
  ["never (?:timeout|refused) in [a-z]+-7\\b.*code=\\d{3}", "never "],
  ["(?P<kind>error|warning) of model", " of model"],
  ["(?<kind>a(?:b|c)+)? of model", " of model"],
  ["over [|] budget", " budget"],
])("%s needs %s", (source, text) => {
  expect(findTextInEveryMatch(source)).toBe(text);
});

test.each([
  "error|warning",
  "(?i)error",
  "(?i:error) of model",
  "of model (?s).*",
  "of model (?",
  "(error|warn)",
  "ab",
  "[[:alpha:]]error",
  "[]a]error",
  "\\x41error",
  "\\Qerror",
  "\\pLerror",
  ".*",
  "(error)",
])("no text is found for %s", (source) => {
  expect(findTextInEveryMatch(source)).toBeNull();
});

test("every match of an expression contains the text that was found", () => {
  const part = fc.constantFrom(
    "a",
    "b",
    "ab",
    "abc",
    " ",
    ".",
    "\\d",
    "\\.",
    "\\b",
    "[ab]",
    "[^a]",
    "[\\]a]",
    "(ab)",
    "(abc)",
    "(?:",
    "(?P<n>",
    "(?i)",
    "|",
    "(",
    ")",
    "?",
    "*",
    "+",
    "{2}",
    "{0,1}",
    "{",
    "}",
    "^",
    "$",
    "1",
  );
  let told = 0;
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 8 }),
      fc.array(fc.constantFrom("a", "b", "abc", " ", "1", ".", "{", "}"), { maxLength: 12 }),
      (parts, texts) => {
        const [source, seen] = [parts.join(""), texts.join("")];
        const { pattern } = compileRegex(source);
        const needed = findTextInEveryMatch(source);
        if (!pattern || needed === null || !pattern.test(seen)) return;
        told += 1;
        expect(seen).toContain(needed);
      },
    ),
    { numRuns: 20_000, seed: 1 },
  );
  expect(told).toBeGreaterThan(50);
});
