import { describe, expect, test } from "vitest";
import { observationCreatedSource } from "../event-source/observation-created";
import { checkFilter } from "./check-filter";
import { compileRegex, isRegexCompiled, estimateRegexCost, testRegex, type RegexResultLookup } from "./regex";
import type { Filter } from "./schema";

const words = Array.from({ length: 120 }, (_, index) => `word${index}`).join("|");

describe("the cost of a regular expression", () => {
  test.each([
    "error",
    "(?i)time ?out|refused",
    "\\d{3}-\\d{4}",
    "[a-z0-9.]+@[a-z]+\\.com$",
    "(x+x+)+y",
    "(a|b|ab)*bc",
    "(.*)(.*)(.*)x",
    "error.{0,100}code",
    words,
  ])("%s is low enough", (source) => {
    expect(compileRegex(source).problem).toBeNull();
  });

  test.each([
    "a.{0,900}[xyz]",
    "(a?){500}b",
    "a{1000}",
    "(?:a|bc){0,200}",
    ".".repeat(400),
    "\\w?".repeat(200),
    "(?P<name>.{300})",
  ])("%s is too high", (source) => {
    expect(compileRegex(source).problem).toMatch(
      /^is too large once its repetitions are written out \(\d+ steps, at most 250\)/,
    );
  });

  test("counts written-out repetitions, and almost nothing for words", () => {
    expect(estimateRegexCost("a.{0,900}[xyz]")).toBe(1_804);
    expect(estimateRegexCost("a{240}b")).toBe(243);
    expect(estimateRegexCost("timeout")).toBeLessThan(5);
    expect(estimateRegexCost(words)).toBeLessThan(estimateRegexCost("\\w{240}") ?? 0);
  });

  test("is null for an invalid expression", () => {
    expect(estimateRegexCost("(a")).toBeNull();
  });
});

// This is no benchmark. A backtracking engine would take years for these expressions, so any time limit shows the
// difference.
test.each([
  "(a|b|ab)*bc",
  "(a*)*[xyz]",
  "(.*)(.*)(.*)(.*)[xyz]",
  "(a|aa)+$[xyz]",
  "a.{0,100}[xyz]",
  "(?:a?){100}a{10}[xyz]",
])("%s answers on 64 KiB of text made to hurt", (source) => {
  const { pattern } = compileRegex(source);
  expect(pattern?.test("a".repeat(65_536))).toBe(false);
  expect(pattern?.test("ab".repeat(32_768))).toBe(false);
});

describe("compiling", () => {
  test("happens once for equal expressions, when one is first needed", () => {
    expect(isRegexCompiled("equal (one|two)")).toBe(false);
    const first = compileRegex("equal (one|two)");
    expect(isRegexCompiled("equal (one|two)")).toBe(true);
    expect(compileRegex("equal (one|two)")).toBe(first);
  });

  test("of a new expression can be left to a lookup", () => {
    const asked: unknown[] = [];
    const lookup: RegexResultLookup = {
      answer: (source, text, steps) => {
        asked.push([source, text, steps]);
        return true;
      },
    };
    expect(testRegex("left (to|for)", "nobody", lookup)).toBe(true);
    expect(asked).toEqual([["left (to|for)", "nobody", null]]);
    expect(testRegex("left (to|for)", "nobody")).toBe(false);
  });

  test("is part of the check of a filter, unless the filter was checked before", () => {
    const filter: Filter = {
      type: "group",
      match: "all",
      children: [{ type: "condition", column: "input", operator: "matches", value: "(never closed" }],
    };
    expect(checkFilter(observationCreatedSource, filter)).toMatchObject([{ code: "bad_regex" }]);
    expect(checkFilter(observationCreatedSource, filter, { compilesRegexes: false })).toEqual([]);
    expect(() => testRegex("(never closed", "x")).toThrow("The regular expression missing closing )");
  });
});
