import fc from "fast-check";
import { LongNumber, stringifyJson } from "../json/long-number";
import { listOperatorsOfColumn, getKeyRequirement, getValueKind } from "./operators";
import type { Filter, FilterCondition, FilterNode } from "./schema";
import { all, any, condition, none, testSource, type State } from "./testing";

// For property tests: filters and states over the columns of `testSource`. They use few values, so that filters often
// match.

const word = fc.constantFrom("a", "b", "ab", "A", "é", "0", "1", "a b", 'a"', "a\nb", "\\n");
/** Numbers that differ only in digits that a JavaScript number loses. */
const longDigits = fc.constantFrom(
  "9007199254740993",
  "9007199254740995",
  "-9007199254740993",
  "1.00000000000000000001",
);
export const longNumber = longDigits.map((digits) => new LongNumber(digits));
const tie = fc.constantFrom(9007199254740992, 9007199254740996, -9007199254740992, 1);
export const number = fc
  .oneof(fc.integer({ min: -2, max: 2 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  // JSON loses -0, so it becomes 0.
  .map((value) => value + 0);
const date = fc.constantFrom("2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-06-01 10:00");

const values = {
  none: fc.constant(undefined),
  text: word,
  number: fc.oneof({ arbitrary: number, weight: 3 }, tie, longDigits),
  datetime: date,
  boolean: fc.boolean(),
  list: fc.array(word, { minLength: 1, maxLength: 3 }),
} as const;

export const anyCondition: fc.Arbitrary<FilterCondition> = fc
  .constantFrom(...testSource.columns)
  .chain((column) => fc.tuple(fc.constant(column), fc.constantFrom(...listOperatorsOfColumn(column))))
  .chain(([column, operator]) => {
    const use = getKeyRequirement(column.type, operator);
    const key = fc.constantFrom("a", "b", "a.b", "a.0");
    return fc
      .tuple(
        values[getValueKind(column.type, operator)] as fc.Arbitrary<FilterCondition["value"]>,
        use === "none" ? fc.constant(undefined) : use === "required" ? key : fc.option(key, { nil: undefined }),
      )
      .map(([value, at]) => condition([column.id, at], operator, value));
  });

export const { group: anyFilter } = fc.letrec<{ node: FilterNode; group: Filter }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, anyCondition, tie("group")),
  group: fc
    .tuple(fc.constantFrom(all, any, none), fc.array(tie("node"), { minLength: 1, maxLength: 4 }))
    .map(([group, children]) => group(...children)),
}));

const object = fc.oneof(
  fc.dictionary(
    fc.constantFrom("a", "b", "a.b"),
    fc.oneof(word, number, tie, longNumber, longDigits, fc.boolean(), fc.constant(null)),
  ),
  fc.constantFrom<unknown>({ a: { b: "ab" } }, { a: ["a", 1] }, { a: '{"b":"a"}' }, { a: '["a"]' }, { a: "{" }),
);
const jsonText = object.map((value) => stringifyJson(value));
const absent = fc.constantFrom(null, undefined);
export const anyState: fc.Arbitrary<State> = fc.record({
  string: fc.oneof(word, absent, fc.constant("")),
  always: fc.oneof(word, fc.constant("")),
  number: fc.oneof(number, tie, longNumber, absent, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
  datetime: fc.oneof(date, absent),
  boolean: fc.oneof(fc.boolean(), absent),
  option: fc.oneof(word, absent),
  freeOption: fc.oneof(word, absent),
  list: fc.oneof(fc.array(word, { maxLength: 3 }), absent),
  object: fc.oneof(object, jsonText, absent),
  numbers: fc.oneof(object, absent),
  text: fc.oneof(word, object, jsonText, longNumber, absent, fc.constant("")),
});
