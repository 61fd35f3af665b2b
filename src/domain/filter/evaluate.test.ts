import { describe, expect, test } from "vitest";
import { FilterError } from "./check";
import { compileFilter } from "./evaluate";
import { emptyFilter, type FilterCondition, type Operator } from "./schema";
import { all, any, condition, none, testSource } from "./testing";

type Value = FilterCondition["value"];
/** column, operator, value, what the column holds, whether it matches, key */
type Row = [column: string, operator: Operator, value: Value, seen: unknown, matches: boolean, key?: string];

const missing = undefined;

const rows: Row[] = [
  ["string", "=", "abc", "abc", true],
  ["string", "=", "abc", "ABC", false],
  ["string", "=", "", "", true],
  ["string", "=", "", missing, false],
  ["string", "contains", "b", "abc", true],
  ["string", "contains", "x", "abc", false],
  ["string", "contains", "x", "", false],
  ["string", "contains", "x", null, false],
  ["string", "does not contain", "x", "abc", true],
  ["string", "does not contain", "b", "abc", false],
  ["string", "does not contain", "x", "", true],
  ["string", "does not contain", "x", missing, true],
  ["string", "starts with", "ab", "abc", true],
  ["string", "starts with", "bc", "abc", false],
  ["string", "starts with", "a", null, false],
  ["string", "ends with", "bc", "abc", true],
  ["string", "ends with", "ab", "abc", false],
  ["string", "ends with", "a", missing, false],
  ["string", "matches", "b+c$", "abbc", true],
  ["string", "matches", "^b", "abc", false],
  ["string", "matches", "(?i)ERROR", "an error", true],
  ["string", "matches", "^$", "", true],
  ["string", "matches", ".*", missing, false],
  ["string", "is null", undefined, missing, true],
  ["string", "is null", undefined, null, true],
  ["string", "is null", undefined, "", false],
  ["string", "is not null", undefined, "", true],
  ["string", "is not null", undefined, null, false],

  ["number", "=", 5, 5, true],
  ["number", "=", 5, 5.1, false],
  ["number", "=", 0, 0, true],
  ["number", "=", 0, missing, false],
  ["number", ">", 5, 5.1, true],
  ["number", ">", 5, 5, false],
  ["number", ">", -1, missing, false],
  ["number", "<", 5, 4.9, true],
  ["number", "<", 5, 5, false],
  ["number", "<", 5, null, false],
  ["number", "<", 5, Number.NEGATIVE_INFINITY, false],
  ["number", ">=", 5, 5, true],
  ["number", ">=", 5, 4.9, false],
  ["number", "<=", 5, 5, true],
  ["number", "<=", 5, 5.1, false],
  ["number", "<=", 5, Number.NaN, false],
  ["number", "is null", undefined, 0, false],
  ["number", "is null", undefined, Number.NaN, true],
  ["number", "is not null", undefined, 0, true],

  ["datetime", ">", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z", true],
  ["datetime", ">", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", false],
  ["datetime", ">=", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", true],
  ["datetime", ">=", "2026-01-01", "2025-12-31T23:59:59.999Z", false],
  ["datetime", "<", "2026-01-01T00:00:00", "2025-12-31T23:59:59Z", true],
  ["datetime", "<", "2026-01-01", missing, false],
  ["datetime", "<=", "2026-01-01", "2026-01-01T00:00:00Z", true],
  ["datetime", "<=", "2026-01-01", "2026-01-01T00:00:01Z", false],
  ["datetime", "is null", undefined, missing, true],
  ["datetime", "is not null", undefined, "2026-01-01T00:00:00Z", true],

  ["boolean", "=", true, true, true],
  ["boolean", "=", true, false, false],
  ["boolean", "=", false, false, true],
  ["boolean", "=", false, missing, false],
  ["boolean", "<>", true, false, true],
  ["boolean", "<>", true, true, false],
  ["boolean", "<>", true, missing, false],
  ["boolean", "is null", undefined, false, false],
  ["boolean", "is null", undefined, null, true],

  ["option", "any of", ["a", "b"], "b", true],
  ["option", "any of", ["a", "b"], "c", false],
  ["option", "any of", [""], "", true],
  ["option", "any of", [""], missing, false],
  ["option", "none of", ["a", "b"], "c", true],
  ["option", "none of", ["a", "b"], "a", false],
  ["option", "none of", ["a"], missing, true],
  ["option", "is null", undefined, "", false],
  ["option", "is null", undefined, missing, true],
  ["freeOption", "contains", "gpt", "gpt-4o", true],
  ["freeOption", "any of", ["gpt-4o"], "gpt-4o", true],

  ["list", "any of", ["a", "b"], ["b", "c"], true],
  ["list", "any of", ["a", "b"], ["c"], false],
  ["list", "any of", ["a"], [], false],
  ["list", "any of", ["a"], missing, false],
  ["list", "none of", ["a", "b"], ["c"], true],
  ["list", "none of", ["a", "b"], ["b", "c"], false],
  ["list", "none of", ["a"], [], true],
  ["list", "none of", ["a"], missing, true],
  ["list", "all of", ["a", "b"], ["b", "c", "a"], true],
  ["list", "all of", ["a", "b"], ["a"], false],
  ["list", "all of", ["a"], [], false],
  ["list", "all of", ["a"], missing, false],
  ["list", "is null", undefined, [], false],
  ["list", "is null", undefined, null, true],

  ["object", "=", "gold", { tier: "gold" }, true, "tier"],
  ["object", "=", "gold", { tier: "silver" }, false, "tier"],
  ["object", "=", "", { tier: "" }, true, "tier"],
  ["object", "=", "5", { tier: 5 }, true, "tier"],
  ["object", "=", "true", { tier: true }, true, "tier"],
  ["object", "=", "gold", {}, false, "tier"],
  ["object", "=", "gold", missing, false, "tier"],
  ["object", "=", "gold", "gold", false, "tier"],
  ["object", "=", "deep", { a: { b: ["x", "deep"] } }, true, "a.b.1"],
  ["object", "=", "exact", { "a.b": "exact", a: { b: "path" } }, true, "a.b"],
  ["object", "contains", '"b":1', { a: { b: 1 } }, true, "a"],
  ["object", "contains", "gold", { tier: "gold" }, true],
  ["object", "does not contain", "x", {}, true, "tier"],
  ["object", "is null", undefined, { tier: null }, true, "tier"],
  ["object", "is null", undefined, { tier: "" }, false, "tier"],
  ["object", "is null", undefined, {}, false],
  ["object", "is not null", undefined, { tier: 0 }, true, "tier"],
  ["object", "is null", undefined, {}, true, "constructor"],
  ["object", ">", 5, { score: 7 }, true, "score"],
  ["object", ">", 5, { score: "7" }, true, "score"],
  ["object", ">", 5, { score: "high" }, false, "score"],
  ["object", "<", 5, { score: "" }, false, "score"],

  ["numbers", "=", 3, { input: 3 }, true, "input"],
  ["numbers", ">", 3, { input: 3 }, false, "input"],
  ["numbers", ">=", 3, { input: 3 }, true, "input"],
  ["numbers", "<", 3, {}, false, "input"],
  ["numbers", "<", 3, missing, false, "input"],
  ["numbers", "<=", 3, { input: { cached: 2 } }, true, "input.cached"],
  ["numbers", "is null", undefined, { input: 0 }, false, "input"],
  ["numbers", "is null", undefined, { input: {} }, true, "input"],

  ["text", "contains", "hello", "say hello", true],
  ["text", "contains", '"role":"user"', { messages: [{ role: "user" }] }, true],
  ["text", "=", "hi", { messages: [{ content: "hi" }] }, true, "messages.0.content"],
  ["text", "=", "hi", { messages: [] }, false, "messages.0.content"],
  ["text", "starts with", "{", {}, true],
  ["text", "matches", "h.llo", ["hello"], true],
  ["text", "=", "false", false, true],
  ["text", "does not contain", "x", missing, true],
  ["text", "is null", undefined, null, true],
  ["text", "is null", undefined, "", false],
  ["text", "is not null", undefined, { a: { b: 0 } }, true, "a.b"],
];

describe("one condition", () => {
  test.each(rows)("%s %s %j over %j is %s (key %s)", (column, operator, value, seen, matches, key) => {
    const compiled = compileFilter(testSource, all(condition(column, operator, value, key)));
    expect(compiled.evaluate({ [column]: seen }).matched).toBe(matches);
  });

  test("never changes its answer when asked again", () => {
    const compiled = compileFilter(testSource, all(condition("text", "matches", "b")));
    const state = { text: { a: "b" } };
    expect([1, 2, 3].map(() => compiled.evaluate(state).matched)).toEqual([true, true, true]);
  });
});

describe("groups", () => {
  const yes = condition("number", ">", 0);
  const no = condition("string", "=", "other");
  const state = { number: 1, string: "this" };

  test.each([
    ["all of holding conditions", all(yes, yes), true],
    ["all with one that fails", all(yes, no), false],
    ["any with one that holds", any(no, yes), true],
    ["any of failing conditions", any(no, no), false],
    ["none of failing conditions", none(no, no), true],
    ["none with one that holds", none(no, yes), false],
    ["none of an all that fails", all(yes, none(all(yes, no))), true],
    ["none of none", none(none(yes)), true],
    ["the empty filter", emptyFilter, true],
  ])("%s", (_name, filter, matched) => {
    expect(compileFilter(testSource, filter).evaluate(state).matched).toBe(matched);
  });

  test.each([
    ["all: the first that fails", all(yes, no, no), [1]],
    ["any: the first of those that fail", any(no, no), [0]],
    ["none: the one that held", none(no, yes), [1]],
    ["none of all: the first of those that held", all(yes, none(all(yes, yes))), [1, 0, 0]],
    ["none of none: the one that did not hold", none(none(no)), [0, 0]],
    ["any in all", all(yes, any(no, all(yes, no))), [1, 0]],
  ])("the failure to blame is, in %s", (_name, filter, path) => {
    expect(compileFilter(testSource, filter).evaluate(state).firstFailure?.path).toEqual(path);
  });

  test("a filter that matches blames nothing", () => {
    expect(compileFilter(testSource, any(no, yes)).evaluate(state).firstFailure).toBeNull();
  });
});

describe("reasons", () => {
  const reasonOf = (filter: Parameters<typeof compileFilter>[1], state: object): string | undefined =>
    compileFilter(testSource, filter).evaluate(state).firstFailure?.reason;

  test("name the condition and the value seen", () => {
    expect(reasonOf(all(condition("number", ">", 5)), { number: 1.2 })).toBe("number > 5 failed: saw 1.2");
    expect(reasonOf(all(condition("number", ">", 5)), {})).toBe("number > 5 failed: no value");
    expect(reasonOf(all(condition("string", "=", "a")), { string: "" })).toBe('string = "a" failed: saw ""');
    expect(reasonOf(all(condition("option", "any of", ["a", "b"])), { option: "c" })).toBe(
      'option any of a, b failed: saw "c"',
    );
    expect(reasonOf(all(condition("list", "all of", ["a"])), { list: ["b", "c"] })).toBe(
      "list all of a failed: saw b, c",
    );
    expect(reasonOf(all(condition("list", "any of", ["a"])), { list: [] })).toBe(
      "list any of a failed: saw an empty list",
    );
    expect(reasonOf(all(condition("object", "=", "gold", "tier")), { object: { tier: 7 } })).toBe(
      'object["tier"] = "gold" failed: saw "7"',
    );
    expect(reasonOf(all(condition("object", ">", 5, "tier")), { object: { tier: "gold" } })).toBe(
      'object["tier"] > 5 failed: saw "gold"',
    );
    expect(reasonOf(all(condition("string", "is null")), { string: "x" })).toBe('string is null failed: saw "x"');
  });

  test("say of a none group that the condition held", () => {
    const filter = none(condition("string", "contains", "health"));
    expect(reasonOf(filter, { string: "health check" })).toBe(
      'string contains "health" held, and must not: saw "health check"',
    );
  });

  test("keep seen values short, JSON-safe and free of half characters", () => {
    const seenOf = (seen: unknown): unknown =>
      compileFilter(testSource, all(condition("text", "=", "x"))).evaluate({ text: seen }).firstFailure?.seen;
    expect(seenOf("a".repeat(201))).toBe(`${"a".repeat(199)}…`);
    expect(seenOf("a".repeat(200))).toBe("a".repeat(200));
    expect(seenOf(`${"a".repeat(198)}😀${"b".repeat(50)}`)).toBe(`${"a".repeat(198)}…`);
    expect(seenOf({ big: "b".repeat(300) })).toHaveLength(200);
  });

  test("explain tells about every condition, also where the answer was known before", () => {
    const filter = all(condition("number", ">", 5), none(condition("string", "=", "a")));
    const result = compileFilter(testSource, filter).explain({ number: 1, string: "a" });
    expect(result.matched).toBe(false);
    expect(result.conditions.map(({ path, passed, expected }) => ({ path, passed, expected }))).toEqual([
      { path: [0], passed: false, expected: true },
      { path: [1, 0], passed: true, expected: false },
    ]);
    expect(result.conditions[0]).toMatchObject({ column: "number", operator: ">", value: 5, seen: 1 });
  });
});

describe("text longer than 64 KiB", () => {
  const contains = compileFilter(testSource, all(condition("text", "contains", "needle")));

  test("is looked at up to there, and the reason says so", () => {
    const { matched, firstFailure } = contains.evaluate({ text: "a".repeat(65_536) + "needle" });
    expect(matched).toBe(false);
    expect(firstFailure?.truncated).toBe(true);
    expect(firstFailure?.reason).toMatch(/ \(only the first 64 KiB were looked at\)$/);
  });

  test("counts bytes, not characters, and never half a character", () => {
    expect(contains.evaluate({ text: "é".repeat(32_765) + "needle" }).matched).toBe(true);
    expect(contains.evaluate({ text: "é".repeat(32_766) + "needle" }).matched).toBe(false);
    expect(contains.evaluate({ text: "😀".repeat(20_000) + "needle" }).matched).toBe(false);
  });

  test("is not called cut where it is not", () => {
    const { conditions } = contains.explain({ text: "a".repeat(65_536) });
    expect(conditions[0]?.truncated).toBeUndefined();
  });

  test("is cut as JSON too", () => {
    expect(contains.evaluate({ text: { first: "a".repeat(65_536), then: "needle" } }).matched).toBe(false);
    expect(contains.evaluate({ text: { first: "needle", then: "a".repeat(65_536) } }).matched).toBe(true);
  });
});

describe("a filter that cannot be evaluated", () => {
  test("throws, naming every problem, instead of not matching", () => {
    const filter = all(condition("nope", "=", "x"), condition("string", "matches", "(a"));
    expect(() => compileFilter(testSource, filter)).toThrow(FilterError);
    try {
      compileFilter(testSource, filter);
      expect.unreachable();
    } catch (error) {
      expect((error as FilterError).problems.map((problem) => problem.code)).toEqual(["unknown_column", "bad_regex"]);
    }
  });

  test("regular expressions are named by the compiled filter", () => {
    expect(
      compileFilter(
        testSource,
        all(
          condition("string", "matches", "a"),
          condition("string", "matches", "b"),
          condition("string", "matches", "a"),
        ),
      ).regexes,
    ).toEqual(["a", "b"]);
    expect(compileFilter(testSource, all(condition("string", "contains", "a"))).regexes).toEqual([]);
  });
});
