import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observationCreatedSource as source } from "../../event-source/observation-created/index";
import { checkFilter } from "../check-filter";
import { compileFilter } from "../compile-filter";
import { listOperatorsOfColumn, getKeyRequirement, getValueKind } from "../operators";
import { emptyFilter, type Filter, type FilterCondition, type FilterNode } from "../schema";
import { all, any, condition as is, none } from "../testing";
import { findLangfuseColumnName } from "./columns";
import { exportLangfuseFilter } from "./export";
import { importLangfuseFilter } from "./import";
import type { LangfuseCondition } from "./single-filter";

const imported = (...entries: unknown[]): Filter => {
  const { filter, problems } = importLangfuseFilter(source, entries);
  expect(problems).toBeNull();
  return filter ?? emptyFilter;
};
const problemsOf = (...entries: unknown[]): string[] =>
  (importLangfuseFilter(source, entries).problems ?? []).map(({ index, message }) => `${index}: ${message}`);
// Each case has the values of one row in Langfuse's filter form.
// eslint-disable-next-line no-restricted-syntax
const entry = (column: string, type: string, operator: string, value: unknown, key?: string) => ({
  column,
  type,
  operator,
  value,
  ...(key === undefined ? {} : { key }),
});

describe("import", () => {
  test.each<[ReturnType<typeof entry>, FilterNode]>([
    [entry("name", "stringOptions", "any of", ["a", "b"]), is("name", "any of", ["a", "b"])],
    [entry("Name", "string", "contains", "a"), is("name", "contains", "a")],
    [entry("Trace Name", "stringOptions", "none of", ["a"]), is("traceName", "none of", ["a"])],
    [entry("type", "stringOptions", "any of", ["GENERATION"]), is("type", "any of", ["GENERATION"])],
    [entry("Latency (s)", "number", ">=", 2.5), is("latency", ">=", 2.5)],
    [entry("latency", "number", "=", 2), is("latency", "=", 2)],
    [entry("Input Tokens", "number", ">", 10), is("inputTokens", ">", 10)],
    [entry("Tokens", "number", "<", 10), is("totalTokens", "<", 10)],
    [entry("Usage", "number", "<=", 10), is("totalTokens", "<=", 10)],
    [entry("Total Cost ($)", "number", ">", 0.5), is("totalCost", ">", 0.5)],
    [entry("Cost ($)", "number", ">", 0.5), is("totalCost", ">", 0.5)],
    [entry("Tokens per second", "number", ">", 10), is("tokensPerSecond", ">", 10)],
    [entry("Time To First Token (s)", "number", ">", 1), is("timeToFirstToken", ">", 1)],
    [
      entry("Start Time", "datetime", ">", "2026-01-31T12:00:00+01:00"),
      is("startTime", ">", "2026-01-31T11:00:00.000Z"),
    ],
    [
      entry("endTime", "datetime", "<=", new Date("2026-01-31T12:00:00Z")),
      is("endTime", "<=", "2026-01-31T12:00:00.000Z"),
    ],
    [entry("endTime", "datetime", "<", 0), is("endTime", "<", "1970-01-01T00:00:00.000Z")],
    [entry("level", "stringOptions", "any of", ["ERROR"]), is("level", "any of", ["ERROR"])],
    [entry("Provided Model Name", "stringOptions", "any of", ["gpt-4o"]), is("model", "any of", ["gpt-4o"])],
    [entry("Prompt Name", "string", "starts with", "a"), is("promptName", "starts with", "a")],
    [entry("promptVersion", "number", "=", 3), is("promptVersion", "=", 3)],
    [entry("Trace Tags", "arrayOptions", "all of", ["a", "b"]), is("tags", "all of", ["a", "b"])],
    [entry("traceTags", "arrayOptions", "none of", ["a"]), is("tags", "none of", ["a"])],
    [entry("Tool Names", "arrayOptions", "any of", ["a"]), is("toolNames", "any of", ["a"])],
    [entry("Called Tool Names", "arrayOptions", "any of", ["a"]), is("calledToolNames", "any of", ["a"])],
    [entry("Tool Calls", "number", ">", 1), is("toolCalls", ">", 1)],
    [entry("Metadata", "stringObject", "=", "gold", "tier"), is(["metadata", "tier"], "=", "gold")],
    [entry("metadata", "stringObject", "is set", "", "tier"), is(["metadata", "tier"], "is not null")],
    [entry("metadata", "stringObject", "contains", "", "tier"), is(["metadata", "tier"], "is not null")],
    [entry("metadata", "stringObject", "is not set", "", "tier"), is(["metadata", "tier"], "is null")],
    [entry("usageDetails", "numberObject", ">", 5, "input"), is(["usageDetails", "input"], ">", 5)],
    [entry("Parent Observation", "null", "is null", ""), is("parentObservationId", "is null")],
    [entry("Is Root Observation", "boolean", "=", true), is("isRootObservation", "=", true)],
    [entry("Input", "string", "contains", "hi"), is("input", "contains", "hi")],
    [entry("Status Message", "string", "does not contain", "hi"), is("statusMessage", "does not contain", "hi")],
    [entry("environment", "string", "=", "prod"), is("environment", "any of", ["prod"])],
    [entry("userId", "stringOptions", "any of", ["a", "b"]), any(is("userId", "=", "a"), is("userId", "=", "b"))],
    [entry("userId", "stringOptions", "none of", ["a"]), none(is("userId", "=", "a"))],
    [entry("version", "string", "is not empty", ""), all(is("version", "is not null"), none(is("version", "=", "")))],
    [entry("hasInput", "boolean", "=", true), all(is("input", "is not null"), none(is("input", "=", "")))],
  ])("%j", (one, node) => {
    expect(imported(one)).toEqual(all(node));
  });

  test("all conditions must hold, and an empty list matches every observation", () => {
    expect(imported(entry("level", "stringOptions", "any of", ["ERROR"]), entry("latency", "number", ">", 5))).toEqual(
      all(is("level", "any of", ["ERROR"]), is("latency", ">", 5)),
    );
    expect(imported()).toEqual(emptyFilter);
  });

  test.each([
    ["=", true, { input: "" }, false],
    ["=", true, {}, false],
    ["=", true, { input: "hi" }, true],
    ["=", false, { input: "" }, true],
    ["=", false, {}, true],
    ["<>", true, { input: "hi" }, false],
    ["<>", false, { input: "hi" }, true],
  ])("Has Input %s %s over %j is %s", (operator, value, fields, matches) => {
    const filter = imported(entry("Has Input", "boolean", operator, value));
    const state = source.payload.parse({ observation: { id: "obs", ...fields } });
    expect(compileFilter(source, filter).evaluate(state).matched).toBe(matches);
  });

  test("a condition on data that is not received is named, with all problems at once, and nothing is imported", () => {
    const filter = [
      entry("level", "stringOptions", "any of", ["ERROR"]),
      entry("Scores (numeric)", "numberObject", ">", 0.5, "accuracy"),
      entry("score_categories", "categoryOptions", "any of", ["good"], "quality"),
      entry("Comment Count", "number", ">", 0),
      entry("positionInTrace", "positionInTrace", "=", 1, "last"),
      entry("latency", "number", ">", "5"),
      entry("colour", "string", "=", "red"),
    ];
    expect(importLangfuseFilter(source, filter)).toEqual({
      filter: null,
      problems: [
        { index: 1, message: '"Scores (numeric)" cannot be imported: this system does not receive scores.' },
        { index: 2, message: '"score_categories" cannot be imported: this system does not receive scores.' },
        { index: 3, message: '"Comment Count" cannot be imported: this system does not receive comments.' },
        {
          index: 4,
          message: '"positionInTrace" cannot be imported: this system does not receive the position in the trace.',
        },
        { index: 5, message: '"latency" needs a number as its value.' },
        { index: 6, message: '"colour" cannot be imported: there is no such column of observations.' },
      ],
    });
  });

  test.each<[unknown, string]>([
    [
      entry("name", "categoryOptions", "any of", ["a"], "k"),
      '"name" cannot be imported: a condition of type categoryOptions asks for scores, which this system does ' +
        "not receive.",
    ],
    [
      entry("experimentId", "stringOptions", "any of", ["a"]),
      '"experimentId" cannot be imported: this system does not receive experiments and data sets.',
    ],
    [
      entry("Model ID", "stringOptions", "any of", ["a"]),
      '"Model ID" cannot be imported: this system does not receive Langfuse\'s own id of a model.',
    ],
    [
      entry("input", "string", "matches", "a"),
      '"input" cannot be imported: "matches" is a full-text search in Langfuse, and a regular expression here.',
    ],
    [
      entry("latency", "number", "~", 5),
      '"latency": a condition of type number has no operator "~"; it takes =, >, <, >=, <=.',
    ],
    [
      entry("latency", "string", "contains", "5"),
      'Latency cannot be asked "contains"; it takes: =, >, <, >=, <=, is null, is not null.',
    ],
    [entry("level", "null", "is null", ""), 'Level cannot be asked "is null"; it takes: any of, none of.'],
    [
      entry("startTime", "datetime", ">", "yesterday"),
      '"startTime" needs a date as its value, such as 2026-01-31T12:00:00Z.',
    ],
    [entry("level", "stringOptions", "any of", []), '"level" needs a list of at least one text as its value.'],
    [entry("hasInput", "string", "=", "a"), '"hasInput" needs true or false as its value.'],
    [entry("name", "string", "contains", ""), 'Name "contains" needs a text that is not empty.'],
    [entry("metadata", "stringObject", "=", "a", ""), "The key must not be empty."],
    [entry("name", "string", "=", "a".repeat(5_000)), "The value must be at most 4096 characters."],
    [{ type: "string", operator: "=", value: "a" }, "The condition needs a column, as text."],
    [
      entry("name", "text", "=", "a"),
      expect.stringMatching(
        /^The condition is of an unknown type, "text"; types are datetime, string, /,
      ) as unknown as string,
    ],
    ["name", "The condition is no object with column, type, operator and value."],
    [null, "The condition is no object with column, type, operator and value."],
  ])("%.80j is refused", (one, message) => {
    const { filter, problems } = importLangfuseFilter(source, [one]);
    expect(filter).toBeNull();
    expect(problems).toEqual([{ index: 0, message }]);
  });

  test("a filter is an array with at most the allowed number of conditions", () => {
    expect(importLangfuseFilter(source, { column: "name" }).problems).toEqual([
      { index: null, message: "A Langfuse filter is a JSON array of conditions." },
    ]);
    const many = Array.from({ length: 101 }, () => entry("name", "string", "=", "a"));
    expect(problemsOf(...many)).toEqual(["null: A filter has at most 100 conditions; this one has 101."]);
    const wide = Array.from({ length: 51 }, () => entry("userId", "stringOptions", "any of", ["a", "b"]));
    expect(problemsOf(...wide)).toEqual(["null: A filter has at most 100 conditions; this one has 102."]);
  });
});

const word = fc.constantFrom("a", "b c", "", "é");
const filled = word.filter((text) => text !== "");
const values = {
  none: fc.constant(undefined),
  text: filled,
  number: fc.integer({ min: -5, max: 5 }),
  datetime: fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-06-01T10:00:00.500Z"),
  boolean: fc.boolean(),
  list: fc.array(word, { minLength: 1, maxLength: 3 }),
} as const;

/** Any valid condition on an observation, also those that Langfuse cannot express. */
const anyCondition: fc.Arbitrary<FilterCondition> = fc
  .constantFrom(...source.columns)
  .chain((column) => fc.tuple(fc.constant(column), fc.constantFrom(...listOperatorsOfColumn(column))))
  .chain(([column, operator]) => {
    const use = getKeyRequirement(column.type, operator);
    const key =
      use === "none" ? fc.constant(undefined) : use === "required" ? filled : fc.option(filled, { nil: undefined });
    return fc
      .tuple(values[getValueKind(column.type, operator)] as fc.Arbitrary<FilterCondition["value"]>, key)
      .map(([value, at]) => is([column.id, at], operator, value));
  });

const isSayable = ({ column, operator, key, value }: FilterCondition): boolean => {
  const type = source.columns.find(({ id }) => id === column)?.type;
  if (["modelParameters", "usageDetails", "costDetails"].includes(column) || operator === "matches") return false;
  return type === "stringObject" ? key !== undefined && typeof value !== "number" : key === undefined;
};

describe("export", () => {
  test("a filter is exported if Langfuse can express it, and an import of its JSON gives the same filter", () => {
    fc.assert(
      fc.property(fc.array(anyCondition, { maxLength: 6 }), (conditions) => {
        const filter = all(...conditions);
        const { filters, problems } = exportLangfuseFilter(source, filter);
        expect((problems ?? []).map(({ path }) => path)).toEqual(
          conditions.flatMap((one, index) => (isSayable(one) ? [] : [[index]])),
        );
        if (filters)
          expect(importLangfuseFilter(source, JSON.parse(JSON.stringify(filters)))).toEqual({ filter, problems: null });
      }),
      { numRuns: 1_000 },
    );
  });

  test("an imported filter has no problems, and is the same after an export and an import", () => {
    fc.assert(
      fc.property(fc.array(anyCondition.filter(isSayable), { maxLength: 6 }), (conditions) => {
        const { filters } = exportLangfuseFilter(source, all(...conditions));
        const again = importLangfuseFilter(source, filters);
        expect(again.filter && checkFilter(source, again.filter)).toEqual([]);
        expect(again.filter && exportLangfuseFilter(source, again.filter).filters).toEqual(filters);
      }),
    );
  });

  test("writes Langfuse's ids, types and values", () => {
    const filter = all(
      is("startTime", ">", "2026-01-01"),
      is("name", "contains", "a"),
      is("name", "none of", ["a"]),
      is("output", "=", "x"),
      is(["metadata", "tier"], "is null"),
      is("endTime", "is null"),
    );
    expect(exportLangfuseFilter(source, filter).filters).toEqual<LangfuseCondition[]>([
      { column: "startTime", type: "datetime", operator: ">", value: "2026-01-01T00:00:00.000Z" },
      { column: "name", type: "string", operator: "contains", value: "a" },
      { column: "name", type: "stringOptions", operator: "none of", value: ["a"] },
      { column: "output", type: "string", operator: "=", value: "x" },
      { column: "metadata", type: "stringObject", key: "tier", operator: "is not set", value: "" },
      { column: "endTime", type: "null", operator: "is null", value: "" },
    ]);
    expect(exportLangfuseFilter(source, emptyFilter)).toEqual({ filters: [], problems: null });
  });

  test.each<[Filter, number[], string]>([
    [
      any(is("name", "=", "a")),
      [],
      "Langfuse's filters are lists of conditions that all have to hold; this is an any-of group.",
    ],
    [
      none(is("name", "=", "a")),
      [],
      "Langfuse's filters are lists of conditions that all have to hold; this is a none-of group.",
    ],
    [all(is("name", "=", "a"), any(is("name", "=", "b"))), [1], "Langfuse's filters have no groups inside."],
    [
      all(is("name", "matches", "a+")),
      [0],
      '"name matches "a+"" cannot be exported: Langfuse has no regular expressions.',
    ],
    [
      all(is(["usageDetails", "input"], ">", 5)),
      [0],
      '"usage details "input" is greater than 5" cannot be exported: Langfuse does not filter by usage details.',
    ],
    [all(is("metadata", "contains", "a")), [0], '"metadata contains "a"" cannot be exported: Langfuse asks for a key.'],
    [
      all(is(["metadata", "score"], ">", 5)),
      [0],
      '"metadata "score" is greater than 5" cannot be exported: Langfuse compares texts only here.',
    ],
    [
      all(is(["input", "messages.0"], "contains", "a")),
      [0],
      '"input at "messages.0" contains "a"" cannot be exported: Langfuse looks at the whole text, not at a ' +
        "place in it.",
    ],
    [all(is("nothing", "=", "a")), [0], 'There is no column called "nothing".'],
  ])("says what has no counterpart: %j", (filter, path, message) => {
    expect(exportLangfuseFilter(source, filter)).toEqual({ filters: null, problems: [{ path, message }] });
  });

  test("every column is one of Langfuse's, except those that Langfuse does not filter by", () => {
    const others = source.columns.map(({ id }) => id).filter((id) => findLangfuseColumnName(id) === null);
    expect(others).toEqual(["modelParameters", "usageDetails", "costDetails"]);
  });
});
