import fc from "fast-check";
import { expect, test } from "vitest";
import { checkFilter } from "./check-filter";
import { describeFilter } from "./describe-filter";
import { compileFilter } from "./compile-filter";
import { Filter, operators, type FilterCondition, type FilterNode } from "./schema";
import { all, any, none, testSource, type State } from "./testing";
import { anyCondition, anyFilter, anyState, number } from "./testing-arbitraries";

const matches = (filter: Filter, state: State): boolean => compileFilter(testSource, filter).evaluate(state).matched;

/** The reference for the evaluation of groups: it evaluates every child. */
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

test("a tree evaluates as its groups define", () => {
  fc.assert(
    fc.property(anyFilter, anyState, (filter, state) => {
      expect(matches(filter, state)).toBe(holds(filter, state));
    }),
    { numRuns: 500 },
  );
});

test("evaluate and explain agree, and the condition to blame did not come out as expected", () => {
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

test("a result is plain JSON", () => {
  fc.assert(
    fc.property(anyFilter, anyState, (filter, state) => {
      const result = compileFilter(testSource, filter).explain(state);
      expect(JSON.parse(JSON.stringify(result))).toStrictEqual(result);
    }),
  );
});

test("a filter is the same after JSON and its schema, and has no problems", () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      expect(Filter.parse(JSON.parse(JSON.stringify(filter)))).toStrictEqual(filter);
      expect(checkFilter(testSource, filter)).toEqual([]);
    }),
  );
});

test("describe never throws, for any columns, operators and values", () => {
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
