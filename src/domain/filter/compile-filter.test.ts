import { describe, expect, test } from "vitest";
import { LongNumber } from "../json/long-number";
import { FilterError } from "./check-filter";
import { compileFilter } from "./compile-filter";
import { emptyFilter, type FilterCondition, type Operator } from "./schema";
import { all, any, condition, none, testSource } from "./testing";

const long = (digits: string): LongNumber => new LongNumber(digits);

describe("measure", () => {
  const holds = condition("number", ">", 5);
  const fails = condition("string", "=", "other");
  const alsoFails = condition("boolean", "=", true);
  const state = { number: 6, string: "seen", boolean: false };
  test.each([
    ["a match", all(holds), { stopping: [], missing: 0, nearest: null }],
    ["one condition of all", all(holds, fails), { stopping: [1], missing: 1, nearest: 1 }],
    ["two conditions of all", all(fails, alsoFails), { stopping: [0, 1], missing: 2, nearest: 0 }],
    ["any of two", any(fails, alsoFails), { stopping: [0, 1], missing: 1, nearest: 0 }],
    ["any of two where one holds", any(fails, holds), { stopping: [0], missing: 0, nearest: null }],
    ["none of", all(none(holds, fails)), { stopping: [0], missing: 1, nearest: 0 }],
    ["none of all", none(all(holds, fails)), { stopping: [0], missing: 0, nearest: null }],
    ["a group beside a condition", all(fails, any(fails, all(alsoFails, fails))), { missing: 2, nearest: 0 }],
    ["a filter without conditions", emptyFilter, { stopping: [], missing: 0, nearest: null }],
  ])("counts what %s needs for a match", (_, filter, expected) => {
    const compiled = compileFilter(testSource, filter);
    expect(compiled.measure(state)).toMatchObject(expected);
    expect(compiled.measure(state).missing === 0).toBe(compiled.evaluate(state).matched);
  });
});

type Value = FilterCondition["value"];
/** each case: a column, an operator, a value, the column's content, whether the condition holds, and a key */
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
  ["object", "contains", "1", { a: { b: 1 } }, true, "a"],
  ["object", "contains", "b", { a: { b: 1 } }, false, "a"],
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
  ["text", "contains", "user", { messages: [{ role: "user" }] }, true],
  ["text", "contains", "role", { messages: [{ role: "user" }] }, false],
  ["text", "contains", "user\nhi", { messages: [{ role: "user", content: "hi" }] }, true],
  ["text", "contains", "true", { a: [true] }, true],
  ["text", "contains", "null", { a: [null] }, false],
  ["text", "=", "[]", [], true],
  ["text", "=", "", { content: "" }, true],
  ["text", "=", "hi", { messages: [{ content: "hi" }] }, true, "messages.0.content"],
  ["text", "=", "hi", { messages: [] }, false, "messages.0.content"],
  ["text", "starts with", "{", {}, true],
  ["text", "matches", "h.llo", ["hello"], true],
  ["text", "=", "false", false, true],
  ["text", "does not contain", "x", missing, true],
  ["text", "is null", undefined, null, true],
  ["text", "is null", undefined, "", false],
  ["text", "is not null", undefined, { a: { b: 0 } }, true, "a.b"],

  // A key also looks into a text that holds JSON, at the top and one level down. A condition without a key sees the
  // text itself.
  ["object", "=", "acme", '{"tenant":"acme","n":3}', true, "tenant"],
  ["object", ">", 2, ' {"tenant":"acme","n":3} ', true, "n"],
  ["object", "is null", undefined, '{"tenant":"acme"}', false, "tenant"],
  ["object", "=", "v", { attributes: '{"k":"v"}' }, true, "attributes.k"],
  ["object", "=", "v", { attributes: '{"gen_ai.system":{"name":"v"}}' }, true, "attributes.gen_ai.system.name"],
  ["object", "=", "v", { "a.b": '{"k":{"l":"v"}}' }, true, "a.b.k.l"],
  ["object", "=", "v", '{"attributes":"{\\"k\\":\\"v\\"}"}', true, "attributes.k"],
  ["object", "=", "v", { a: { b: '{"k":"v"}' } }, false, "a.b.k"],
  ["object", "=", '{"k":"v"}', { attributes: '{"k":"v"}' }, true, "attributes"],
  ["object", "=", "v", "{not json}", false, "k"],
  ["object", "is null", undefined, `{"k":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, true, "k"],
  ["text", "=", "7", '{"user":{"id":7}}', true, "user.id"],
  ["text", "=", "hi", '[{"content":"hi"}]', true, "0.content"],
  ["text", "contains", '{"user"', '{"user":{"id":7}}', true],

  // Long numbers keep all their digits.
  ["object", "=", "1983516295378495150", { n: long("1983516295378495150") }, true, "n"],
  ["object", "=", "1983516295378495100", { n: long("1983516295378495150") }, false, "n"],
  ["object", ">", 9007199254740992, { n: long("9007199254740993") }, true, "n"],
  ["object", ">", "9007199254740993", { n: long("9007199254740993") }, false, "n"],
  ["object", ">=", "9007199254740993", { n: "9007199254740993" }, true, "n"],
  ["object", "<", "9007199254740993", { n: 9007199254740992 }, true, "n"],
  ["object", "contains", "495150", { n: [long("1983516295378495150")] }, true],
  ["object", "is null", undefined, { n: long("9007199254740993") }, true, "n.digits"],
  ["text", "matches", "^9007199254740993$", long("9007199254740993"), true],
  ["number", "=", "0.12345678901234567891", long("0.12345678901234567891"), true],
  ["number", "=", 0.12345678901234568, long("0.12345678901234567891"), false],
  ["number", "<", 0.12345678901234568, long("0.12345678901234567891"), true],
  ["number", "is null", undefined, long("1e400"), true],
  ["numbers", "=", "9007199254740993", { input: long("9007199254740993") }, true, "input"],
  ["numbers", "=", 9007199254740992, { input: long("9007199254740993") }, false, "input"],
];

/** Puts a text alone, in an object, in a list, deep inside, and behind other texts. */
const shapesOf = (text: string): unknown[] => [
  text,
  { content: text },
  [text],
  [{ role: "assistant", content: [{ type: "text", text }] }],
  { messages: [{ n: 1, content: "first" }, { content: text }] },
];

describe("a condition on a text gives the same answer in any place of the text", () => {
  const text = 'plain say "hi" line1\nline2 C:\\temp\ttab é \u2028 </end>';
  const parts = ['say "hi"', "line1\nline2", "C:\\temp", "\ttab", "é \u2028 <", "plain"];
  const escapes = ['\\"hi\\"', "line1\\nline2", "C:\\\\temp", "temp\\ttab", "\\u2028"];

  test.each(shapesOf(text).map((value) => ({ value })))("$value", ({ value }) => {
    const holds = (operator: Operator, wanted: string): boolean =>
      compileFilter(testSource, all(condition("text", operator, wanted))).evaluate({ text: value }).matched;
    for (const part of parts) {
      expect([part, holds("contains", part), holds("does not contain", part)]).toEqual([part, true, false]);
      expect(holds("matches", part.replaceAll("\\", "\\\\"))).toBe(true);
    }
    for (const part of escapes)
      expect([part, holds("contains", part), holds("does not contain", part)]).toEqual([part, false, true]);
    expect(holds("ends with", "</end>")).toBe(true);
  });
});

describe("one condition", () => {
  test.each(rows)("%s %s %j over %j is %s (key %s)", (column, operator, value, seen, matches, key) => {
    const compiled = compileFilter(testSource, all(condition([column, key], operator, value)));
    expect(compiled.evaluate({ [column]: seen }).matched).toBe(matches);
  });

  test("gives the same answer each time", () => {
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
    expect(reasonOf(all(condition(["object", "tier"], "=", "gold")), { object: { tier: 7 } })).toBe(
      'object["tier"] = "gold" failed: saw "7"',
    );
    expect(reasonOf(all(condition(["object", "tier"], ">", 5)), { object: { tier: "gold" } })).toBe(
      'object["tier"] > 5 failed: saw "gold"',
    );
    expect(reasonOf(all(condition("string", "is null")), { string: "x" })).toBe('string is null failed: saw "x"');
  });

  test("name the condition that held in a none-of group", () => {
    const filter = none(condition("string", "contains", "health"));
    expect(reasonOf(filter, { string: "health check" })).toBe(
      'string contains "health" held, and must not: saw "health check"',
    );
  });

  test("show short values that are safe for JSON and hold no half characters", () => {
    const seenOf = (seen: unknown): unknown =>
      compileFilter(testSource, all(condition("text", "=", "x"))).evaluate({ text: seen }).firstFailure?.seen;
    expect(seenOf("a".repeat(201))).toBe(`${"a".repeat(199)}…`);
    expect(seenOf("a".repeat(200))).toBe("a".repeat(200));
    expect(seenOf(`${"a".repeat(198)}😀${"b".repeat(50)}`)).toBe(`${"a".repeat(198)}…`);
    expect(seenOf({ big: "b".repeat(300) })).toHaveLength(200);
  });

  test("explain has a result for every condition, even if the answer is clear earlier", () => {
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

  test("is compared up to there, and the reason says so", () => {
    const { matched, firstFailure } = contains.evaluate({ text: "a".repeat(65_536) + "needle" });
    expect(matched).toBe(false);
    expect(firstFailure?.truncated).toBe(true);
    expect(firstFailure?.reason).toMatch(/ \(only the first 64 KiB were looked at\)$/);
  });

  test("is cut by bytes, never in the middle of a character", () => {
    expect(contains.evaluate({ text: "é".repeat(32_765) + "needle" }).matched).toBe(true);
    expect(contains.evaluate({ text: "é".repeat(32_766) + "needle" }).matched).toBe(false);
    expect(contains.evaluate({ text: "😀".repeat(20_000) + "needle" }).matched).toBe(false);
  });

  test("is not marked as cut if it fits", () => {
    const { conditions } = contains.explain({ text: "a".repeat(65_536) });
    expect(conditions[0]?.truncated).toBeUndefined();
  });

  test("is cut in an object too", () => {
    expect(contains.evaluate({ text: { first: "a".repeat(65_536), then: "needle" } }).matched).toBe(false);
    expect(contains.evaluate({ text: { first: "needle", then: "a".repeat(65_536) } }).matched).toBe(true);
  });
});

describe("a filter that cannot be evaluated", () => {
  test("throws an error with every problem, and does not count as a non-match", () => {
    const filter = all(condition("nope", "=", "x"), condition("string", "matches", "(a"));
    expect(() => compileFilter(testSource, filter)).toThrow(FilterError);
    try {
      compileFilter(testSource, filter);
      expect.unreachable();
    } catch (error) {
      expect((error as FilterError).problems.map((problem) => problem.code)).toEqual(["unknown_column", "bad_regex"]);
    }
  });

  test("lists its regular expressions", () => {
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
