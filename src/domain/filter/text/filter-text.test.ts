import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { observationCreatedSource } from "../../event-source/observation-created/index";
import { describeFilter } from "../describe-filter";
import { listOperatorsOfColumn, getKeyRequirement, getValueKind } from "../operators";
import { emptyFilter, filterLimits, type Filter, type FilterCondition, type FilterNode } from "../schema";
import { all, any, condition, none, testSource } from "../testing";
import { anyFilter } from "../testing-arbitraries";
import { formatFilterText } from "./format-filter-text";
import { parseFilterText } from "./parse-filter-text";

const slow = condition("latency", ">", 5);
const error = condition("level", "any of", ["ERROR", "WARNING"]);
const health = condition("name", "contains", "health");

const anyText = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    'say "hi"',
    "two\nlines",
    "and",
    "or",
    "a, b",
    ")",
    "every observation",
    "none",
    "\\",
    "\ud800",
    "5 s",
  ),
);

/** Any condition on an observation, with any text in values and keys. */
const anyObservationCondition: fc.Arbitrary<FilterCondition> = fc
  .constantFrom(...observationCreatedSource.columns)
  .chain((column) => fc.tuple(fc.constant(column), fc.constantFrom(...listOperatorsOfColumn(column))))
  .chain(([column, operator]) => {
    const use = getKeyRequirement(column.type, operator);
    const values = {
      none: fc.constant(undefined),
      // Most texts are no regular expressions.
      text: operator === "matches" ? fc.constantFrom("a+b", '(?i)"x"', "\\d\n") : anyText,
      number: fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom("9007199254740993", "0.10000000000000000001", "0.1234567890123456"),
      ),
      datetime: fc.constantFrom("2026-01-01", "2026-06-01 10:00", "2026-01-01T01:00:00+01:00"),
      boolean: fc.boolean(),
      list: fc.array(fc.oneof(anyText, fc.constant("")), { minLength: 1, maxLength: 4 }),
    } as const;
    return fc
      .tuple(
        values[getValueKind(column.type, operator)] as fc.Arbitrary<FilterCondition["value"]>,
        use === "none" ? fc.constant(undefined) : use === "required" ? anyText : fc.option(anyText, { nil: undefined }),
      )
      .map(([value, key]) => condition([column.id, key], operator, value));
  });

const { group: anyObservationFilter } = fc.letrec<{ node: FilterNode; group: Filter }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, anyObservationCondition, tie("group")),
  group: fc
    .tuple(fc.constantFrom(all, any, none), fc.array(tie("node"), { minLength: 1, maxLength: 4 }))
    .map(([group, children]) => group(...children)),
}));

const reread = (filter: Filter, source: typeof testSource): unknown =>
  parseFilterText(formatFilterText(source, filter), source);

test("the text of any filter parses to the same filter", () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      expect(reread(filter, testSource)).toStrictEqual({ filter, problems: null });
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(anyObservationFilter, (filter) => {
      expect(reread(filter, observationCreatedSource)).toStrictEqual({ filter, problems: null });
    }),
    { numRuns: 500 },
  );
});

test("any text either parses or has a problem with a place and a sentence", () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom("level", "is any of", "(", ")", ",", ";", "and", "or", '"a"', "5", "latency", ">", "none of ("),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const text = parts.join(" ");
      const { filter, problems } = parseFilterText(text, observationCreatedSource);
      if (problems === null) {
        expect(reread(filter, observationCreatedSource)).toStrictEqual({ filter, problems: null });
        return;
      }
      for (const { line, column, message } of problems) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeLessThanOrEqual((text.split("\n")[line - 1] ?? "").length + 1);
        expect(message).toMatch(/^[A-Z"].*[.?]$/su);
      }
    }),
    { numRuns: 500 },
  );
});

test.each<Filter>([
  emptyFilter,
  all(error, slow, none(health)),
  any(error, slow),
  none(error, slow),
  all(slow, any(error, health)),
  all(condition(["metadata", "tier"], "=", "gold"), condition(["input", "messages.0.content"], "contains", "hi")),
])("the text reads as the description does: %j", (filter) => {
  expect(formatFilterText(observationCreatedSource, filter)).toBe(describeFilter(observationCreatedSource, filter));
});

test("the text holds every value in full, where the description is cut", () => {
  const long = "x".repeat(filterLimits.textMax);
  const values = Array.from({ length: 20 }, (_, index) => String(index));
  const filter = all(condition("name", "contains", long), condition("tags", "any of", values));
  expect(formatFilterText(observationCreatedSource, filter)).toBe(
    `name contains "${long}" and tags contains any of ${values.join(", ")}`,
  );
});

describe("people write it in other ways too", () => {
  test.each<[string, Filter]>([
    ["Latency > 5", all(slow)],
    ["latency>5 s", all(slow)],
    ["totalCost is at least 0.5", all(condition("totalCost", ">=", 0.5))],
    ["level any of ERROR, WARNING", all(error)],
    ["level is any of ERROR,\n  WARNING\nand latency is greater than 5 s", all(error, slow)],
    ["(latency > 5)", all(slow)],
    ["((latency > 5 or name contains health))", any(slow, health)],
    ["all of (latency > 5; name contains health)", all(slow, health)],
    ["none of (level is any of ERROR, WARNING, name contains health)", none(error, health)],
    ["any of (level is any of ERROR, WARNING, none of (latency > 5))", any(error, none(slow))],
    ["input tokens is 5 tokens and input is 5", all(condition("inputTokens", "=", 5), condition("input", "=", "5"))],
    ['metadata at "plan" = pro', all(condition(["metadata", "plan"], "=", "pro"))],
    ["start time is after 2026-01-31T12:00:00Z", all(condition("startTime", ">", "2026-01-31T12:00:00Z"))],
  ])("%s", (text, filter) => {
    expect(parseFilterText(text, observationCreatedSource)).toStrictEqual({ filter, problems: null });
  });
});

test.each([
  ["", 1, 1, 'There is no filter. Write "every observation" to match all.'],
  ["latncy > 5", 1, 1, 'There is no column "latncy". Did you mean latency?'],
  ["xyz > 5", 1, 1, 'There is no column "xyz". A condition begins with a column, such as ID.'],
  ["latency is about 5", 1, 12, 'Latency needs a number, such as 5, not "about".'],
  ["latency over 5", 1, 9, 'After latency write one of "is", "is greater than", "is less than", "is at least",'],
  ["latency > 5 ms", 1, 13, "Latency is in s, not in ms. Write 5 s."],
  ["prompt version > 5 s", 1, 20, 'Prompt version has no unit. Remove "s".'],
  ["latency > 5 and\nname contains", 2, 14, "A value for Name is missing here."],
  ["latency > 5 and", 1, 16, "A condition is missing here: a column, an operator and a value."],
  ["latency > 5 and name contains a or name contains b", 1, 33, '"and" and "or" stand side by side. Put brackets'],
  ["latency > 5 and (name contains a", 1, 17, 'This "(" is not closed. Add ")".'],
  ["latency > 5)", 1, 12, 'This ")" closes nothing. Remove it.'],
  ["latency > 5 name contains a", 1, 13, "Latency is in s, not in name. Write 5 s."],
  ['latency > 5 s "a"', 1, 15, '"a" is not expected here. Write "and" or "or" between conditions.'],
  ['name contains "a', 1, 15, "This quote is not closed on its line."],
  ['name contains "\\x"', 1, 15, "This text has an escape that JSON does not know."],
  ['latency "p95" > 5', 1, 9, 'Latency has no keys. Remove "p95".'],
  ["usage details > 5", 1, 1, "Usage details needs the key to look at."],
  ['latency > 5 and\n  name matches "("', 2, 3, "The regular expression for Name cannot be read"],
  ["is root observation is yes", 1, 24, "Is root observation needs true or false."],
  ["latency > 5 and any of ()", 1, 17, "This group is empty: add a condition or remove it."],
  ["(".repeat(500), 1, 33, "Groups are nested at most 8 levels deep."],
])("%j: line %i, column %i: %s", (text, line, column, message) => {
  const [problem] = parseFilterText(text, observationCreatedSource).problems ?? [];
  expect(problem).toMatchObject({ line, column, message: expect.stringContaining(message) as string });
});
