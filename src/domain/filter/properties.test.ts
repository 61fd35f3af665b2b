import fc from "fast-check";
import { expect, test } from "vitest";
import { checkFilter } from "./check";
import { describeFilter } from "./describe";
import { compileFilter } from "./evaluate";
import { columnOperators, keyUse, valueKind } from "./operators";
import { Filter, operators, type FilterCondition, type FilterNode } from "./schema";
import { all, any, condition, none, testSource, type State } from "./testing";

const word = fc.constantFrom("a", "b", "ab", "A", "é", "0", "1", "a b");
const number = fc
  .oneof(fc.integer({ min: -2, max: 2 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  // -0, which JSON does not keep, becomes 0
  .map((value) => value + 0);
const date = fc.constantFrom("2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-06-01 10:00");

const values = {
  none: fc.constant(undefined),
  text: word,
  number,
  datetime: date,
  boolean: fc.boolean(),
  list: fc.array(word, { minLength: 1, maxLength: 3 }),
} as const;

const anyCondition: fc.Arbitrary<FilterCondition> = fc
  .constantFrom(...testSource.columns)
  .chain((column) => fc.tuple(fc.constant(column), fc.constantFrom(...columnOperators(column))))
  .chain(([column, operator]) => {
    const use = keyUse(column.type, operator);
    const key = fc.constantFrom("a", "b", "a.b", "a.0");
    return fc
      .tuple(
        values[valueKind(column.type, operator)] as fc.Arbitrary<FilterCondition["value"]>,
        use === "none" ? fc.constant(undefined) : use === "required" ? key : fc.option(key, { nil: undefined }),
      )
      .map(([value, at]) => condition(column.id, operator, value, at));
  });

const { group: anyFilter } = fc.letrec<{ node: FilterNode; group: Filter }>((tie) => ({
  node: fc.oneof({ maxDepth: 3, withCrossShrink: true }, anyCondition, tie("group")),
  group: fc
    .tuple(fc.constantFrom(all, any, none), fc.array(tie("node"), { minLength: 1, maxLength: 4 }))
    .map(([group, children]) => group(...children)),
}));

const object = fc.oneof(
  fc.dictionary(fc.constantFrom("a", "b", "a.b"), fc.oneof(word, number, fc.boolean(), fc.constant(null))),
  fc.constantFrom({ a: { b: "ab" } }, { a: ["a", 1] }),
);
const absent = fc.constantFrom(null, undefined);
const anyState: fc.Arbitrary<State> = fc.record({
  string: fc.oneof(word, absent, fc.constant("")),
  always: fc.oneof(word, fc.constant("")),
  number: fc.oneof(number, absent, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
  datetime: fc.oneof(date, absent),
  boolean: fc.oneof(fc.boolean(), absent),
  option: fc.oneof(word, absent),
  freeOption: fc.oneof(word, absent),
  list: fc.oneof(fc.array(word, { maxLength: 3 }), absent),
  object: fc.oneof(object, absent),
  numbers: fc.oneof(object, absent),
  text: fc.oneof(word, object, absent, fc.constant("")),
});

const matches = (filter: Filter, state: State): boolean => compileFilter(testSource, filter).evaluate(state).matched;

/** The meaning of groups, written down without stopping early. */
function holds(node: FilterNode, state: State): boolean {
  if (node.type === "condition") return matches(all(node), state);
  const children = node.children.map((child) => holds(child, state));
  if (node.match === "all") return children.every(Boolean);
  return node.match === "any" ? children.some(Boolean) : !children.some(Boolean);
}

test("none of a condition is the opposite of any of it", () => {
  fc.assert(
    fc.property(anyCondition, anyState, (one, state) => {
      expect(matches(none(one), state)).toBe(!matches(any(one), state));
    }),
    { numRuns: 500 },
  );
});

test("none of a filter is the opposite of the filter", () => {
  fc.assert(
    fc.property(anyFilter, anyState, (filter, state) => {
      expect(matches(none(filter), state)).toBe(!matches(filter, state));
    }),
  );
});

test("a tree means what its groups say", () => {
  fc.assert(
    fc.property(anyFilter, anyState, (filter, state) => {
      expect(matches(filter, state)).toBe(holds(filter, state));
    }),
    { numRuns: 500 },
  );
});

test("evaluate and explain agree, and what is blamed did not do as expected", () => {
  fc.assert(
    fc.property(anyFilter, anyState, (filter, state) => {
      const compiled = compileFilter(testSource, filter);
      const [quick, full] = [compiled.evaluate(state), compiled.explain(state)];
      expect(quick.matched).toBe(full.matched);
      expect(quick.firstFailure).toEqual(full.firstFailure);
      expect(quick.matched).toBe(quick.firstFailure === null);
      if (full.firstFailure) {
        expect(full.firstFailure.passed).not.toBe(full.firstFailure.expected);
        expect(full.conditions).toContainEqual(full.firstFailure);
      }
    }),
  );
});

test("what a result says is JSON", () => {
  fc.assert(
    fc.property(anyFilter, anyState, (filter, state) => {
      const result = compileFilter(testSource, filter).explain(state);
      expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result);
    }),
  );
});

test("a filter survives JSON and its schema, and has no problems", () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      expect(Filter.parse(JSON.parse(JSON.stringify(filter)))).toStrictEqual(filter);
      expect(checkFilter(testSource, filter)).toEqual([]);
    }),
  );
});

test("describe never throws, whatever the columns, operators and values", () => {
  const wild = fc.record({
    column: fc.oneof(fc.string(), fc.constantFrom(...testSource.columns.map((column) => column.id))),
    operator: fc.constantFrom(...operators),
    value: fc.oneof(fc.string(), number, fc.boolean(), fc.array(fc.string()), fc.constant(undefined)),
    key: fc.option(fc.string(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(wild), anyFilter, (nodes, filter) => {
      const conditions = nodes.map((node) => ({ type: "condition", ...node }) as FilterCondition);
      const sentence = describeFilter(testSource, all(...conditions, filter, any()));
      expect(sentence.length).toBeGreaterThan(0);
    }),
  );
});
