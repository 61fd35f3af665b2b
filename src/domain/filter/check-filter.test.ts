import { describe, expect, test } from "vitest";
import { checkFilter } from "./check-filter";
import { listOperatorsOfColumn, getValueKind } from "./operators";
import { emptyFilter, operators, type Filter, type FilterCondition, type Operator } from "./schema";
import { all, any, condition, none, testSource } from "./testing";

const codesOf = (filter: Filter): string[] => checkFilter(testSource, filter).map((problem) => problem.code);

const goodValues = {
  none: undefined,
  text: "a",
  number: 1,
  datetime: "2026-01-01",
  boolean: true,
  list: ["a"] as string[],
} as const;
const badValues = {
  none: [],
  text: [undefined, 1, true, ["a"]],
  number: [undefined, "1", "x".repeat(20), "1".repeat(400), Number.NaN, Number.POSITIVE_INFINITY],
  datetime: [undefined, 1, "yesterday", "2026-02-30"],
  boolean: [undefined, "true", 1],
  list: [undefined, "a", [] as string[]],
} as const;

describe("every column with every operator", () => {
  const pairs = testSource.columns.flatMap((column) => operators.map((operator) => ({ column, operator })));

  test.each(pairs)("$column.id, $operator", ({ column, operator }) => {
    const key = column.type === "numberObject" || column.type === "stringObject" ? "key" : undefined;
    const kind = getValueKind(column.type, operator);
    const codes = codesOf(all(condition([column.id, key], operator, goodValues[kind])));
    expect(codes).toEqual(listOperatorsOfColumn(column).includes(operator) ? [] : ["unknown_operator"]);
    if (codes.length > 0) return;
    for (const bad of badValues[kind]) {
      const value = bad as FilterCondition["value"];
      expect(codesOf(all(condition([column.id, key], operator, value))), JSON.stringify(bad)).toEqual(["bad_value"]);
    }
  });
});

test("is null is an operator only of columns whose value can be missing", () => {
  expect(codesOf(all(condition("always", "is null")))).toEqual(["unknown_operator"]);
});

test("the empty text can be equalled, and cannot be contained", () => {
  expect(codesOf(all(condition("string", "=", "")))).toEqual([]);
  const others: Operator[] = ["contains", "does not contain", "starts with", "ends with", "matches"];
  for (const operator of others) expect(codesOf(all(condition("string", operator, "")))).toEqual(["bad_value"]);
});

test("a condition takes a key if the column has keys, and needs one if only the value at a key can be compared", () => {
  expect(codesOf(all(condition(["string", "key"], "=", "a")))).toEqual(["bad_key"]);
  expect(codesOf(all(condition("numbers", ">", 1)))).toEqual(["bad_key"]);
  expect(codesOf(all(condition("object", ">", 1)))).toEqual(["bad_key"]);
  expect(codesOf(all(condition("object", "contains", "a")))).toEqual([]);
  expect(codesOf(all(condition(["text", "messages.0.content"], "contains", "a")))).toEqual([]);
});

test.each(["(a", "a**", "(?=a)", "\\1", "[z-a]", "((a{500}){500}){500}", "(((a{90}){10}){1})(b{1000}){5}"])(
  "the regular expression %s is refused before it runs",
  (source) => {
    expect(codesOf(all(condition("string", "matches", source)))).toEqual(["bad_regex"]);
  },
);

test("a regular expression that is too long is refused", () => {
  expect(codesOf(all(condition("string", "matches", "a".repeat(1_001))))).toEqual(["bad_regex"]);
});

test("each problem has its place and a sentence for people", () => {
  const filter = all(condition("string", "=", "a"), none(condition("number", ">", "5")));
  expect(checkFilter(testSource, filter)).toEqual([
    { path: [1, 0], message: 'number ">" needs a number.', code: "bad_value" },
  ]);
});

describe("groups", () => {
  test("only the filter itself may be empty, as an all-of group", () => {
    expect(codesOf(emptyFilter)).toEqual([]);
    expect(codesOf(any())).toEqual(["empty_group"]);
    expect(codesOf(none())).toEqual(["empty_group"]);
    expect(checkFilter(testSource, all(condition("string", "=", "a"), any()))).toMatchObject([
      { path: [1], code: "empty_group" },
    ]);
  });

  const nested = (levels: number): Filter =>
    Array.from({ length: levels - 1 }).reduce<Filter>((inner) => all(inner), all(condition("string", "=", "a")));

  test("nest 8 levels deep and no deeper", () => {
    expect(codesOf(nested(8))).toEqual([]);
    expect(codesOf(nested(9))).toEqual(["too_deep"]);
  });

  test("hold 100 conditions and no more", () => {
    const many = (count: number): Filter => all(...Array.from({ length: count }, () => condition("string", "=", "a")));
    expect(codesOf(many(100))).toEqual([]);
    expect(codesOf(many(101))).toEqual(["too_many"]);
  });
});
