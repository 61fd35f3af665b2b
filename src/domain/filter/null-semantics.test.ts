import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventColumn } from "../event-source/event-source";
import { observationCreatedSource } from "../event-source/observation-created/index";
import { compileFilter } from "./compile-filter";
import { listOperatorsOfColumn, doesOperatorHoldForMissingValue, getKeyRequirement, getValueKind } from "./operators";
import type { ColumnType, FilterCondition, Operator } from "./schema";
import { all, condition, none, testSource, type State } from "./testing";
import { anyCondition, anyState } from "./testing-arbitraries";

/** A value for each kind of condition to compare with. */
const asked = { none: undefined, text: "5", number: 5, datetime: "2026-01-05", boolean: true, list: ["5"] } as const;

type Row = { value: unknown; holds: Operator[] };

/** Values that count as present, by type of column, each with all the operators that hold for it. */
const present: Record<ColumnType, Row[]> = {
  string: [
    { value: "5", holds: ["=", "contains", "starts with", "ends with", "matches", "is not null"] },
    { value: "x5y", holds: ["contains", "matches", "is not null"] },
    { value: "", holds: ["does not contain", "is not null"] },
  ],
  text: [
    { value: "5", holds: ["=", "contains", "starts with", "ends with", "matches", "is not null"] },
    { value: 5, holds: ["=", "contains", "starts with", "ends with", "matches", "is not null"] },
    { value: [5], holds: ["=", "contains", "starts with", "ends with", "matches", "is not null"] },
    { value: "", holds: ["does not contain", "is not null"] },
    { value: [], holds: ["does not contain", "is not null"] },
    { value: {}, holds: ["does not contain", "is not null"] },
  ],
  number: [
    { value: 5, holds: ["=", ">=", "<=", "is not null"] },
    { value: 4, holds: ["<", "<=", "is not null"] },
    { value: 6, holds: [">", ">=", "is not null"] },
    { value: 0, holds: ["<", "<=", "is not null"] },
  ],
  datetime: [
    { value: "2026-01-05T00:00:00.000Z", holds: [">=", "<=", "is not null"] },
    { value: "2026-01-04T23:59:59.999Z", holds: ["<", "<=", "is not null"] },
    { value: "2026-01-05T00:00:00.001Z", holds: [">", ">=", "is not null"] },
  ],
  boolean: [
    { value: true, holds: ["=", "is not null"] },
    { value: false, holds: ["<>", "is not null"] },
  ],
  stringOptions: [
    { value: "5", holds: ["any of", "is not null", "=", "contains", "starts with", "ends with", "matches"] },
    { value: "4", holds: ["none of", "is not null", "does not contain"] },
    { value: "", holds: ["none of", "is not null", "does not contain"] },
  ],
  arrayOptions: [
    { value: ["5"], holds: ["any of", "all of", "is not null"] },
    { value: ["4"], holds: ["none of", "is not null"] },
    { value: [], holds: ["none of", "is not null"] },
  ],
  stringObject: [
    { value: { k: "5" }, holds: ["=", "contains", "starts with", "ends with", "matches", ">=", "<=", "is not null"] },
    { value: { k: 4 }, holds: ["does not contain", "<", "<=", "is not null"] },
    { value: { k: "" }, holds: ["does not contain", "is not null"] },
    { value: { k: [] }, holds: ["does not contain", "is not null"] },
  ],
  numberObject: [
    { value: { k: 5 }, holds: ["=", ">=", "<=", "is not null"] },
    { value: { k: 6 }, holds: [">", ">=", "is not null"] },
  ],
};

/** Values that a column of the type treats as missing. */
const missing: Record<ColumnType, unknown[]> = {
  string: [undefined, null],
  text: [undefined, null],
  number: [undefined, null, Number.NaN, Number.POSITIVE_INFINITY],
  datetime: [undefined, null, "", "yesterday"],
  boolean: [undefined, null],
  stringOptions: [undefined, null],
  arrayOptions: [undefined, null],
  stringObject: [undefined, null, {}, { k: null }, { other: "5" }, "5"],
  numberObject: [undefined, null, {}, { k: null }, { k: "" }, { k: "high" }, { other: 5 }],
};

const keyOf = (column: EventColumn<never>): string | undefined =>
  getKeyRequirement(column.type, ">") === "required" ? "k" : undefined;

function holdingOperators(column: EventColumn<never>, state: State): Operator[] {
  return listOperatorsOfColumn(column).filter((operator) => {
    const value = asked[getValueKind(column.type, operator)] as FilterCondition["value"];
    const one = condition([column.id, keyOf(column)], operator, value);
    const [holds, opposite] = [all(one), none(one)].map(
      (filter) => compileFilter(testSource, filter).evaluate(state).matched,
    );
    expect(opposite, `none of "${operator}"`).toBe(!holds);
    return holds;
  });
}

const nullable = testSource.columns.filter((column) => column.nullable);

describe.each(nullable.map((column) => ({ id: column.id, column })))("a column such as $id", ({ id, column }) => {
  test.each(present[column.type])(
    "with the value $value holds for $holds, and for no other operator",
    ({ value, holds }) => {
      const taken = listOperatorsOfColumn(column);
      expect(holdingOperators(column, { [id]: value }).toSorted()).toEqual(
        holds.filter((one) => taken.includes(one)).toSorted(),
      );
    },
  );

  test.each(missing[column.type].map((value) => ({ value })))(
    "that holds $value, which is missing: is null, none of and does not contain alone",
    ({ value }) => {
      const expected = listOperatorsOfColumn(column).filter((one) =>
        ["is null", "none of", "does not contain"].includes(one),
      );
      expect(holdingOperators(column, { [id]: value })).toEqual(expected);
    },
  );
});

test("a missing value fails every condition but is null, none of and does not contain", () => {
  fc.assert(
    fc.property(anyCondition, anyState, fc.constantFrom(null, undefined), (one, state, absent) => {
      const { matched } = compileFilter(testSource, all(one)).evaluate({ ...state, [one.column]: absent });
      expect(matched).toBe(["is null", "none of", "does not contain"].includes(one.operator));
    }),
    { numRuns: 500 },
  );
});

test("is null and is not null give opposite answers on every state", () => {
  fc.assert(
    fc.property(fc.constantFrom(...nullable), anyState, (column, state) => {
      const key = keyOf(column);
      const [isNull, isNotNull] = (["is null", "is not null"] as const).map(
        (operator) => compileFilter(testSource, all(condition([column.id, key], operator))).evaluate(state).matched,
      );
      expect(isNull).toBe(!isNotNull);
    }),
  );
});

test("an observation with its id alone has no value in any column that can be missing", () => {
  const bare = observationCreatedSource.payload.parse({ observation: { id: "obs" } });
  for (const column of observationCreatedSource.columns.filter((one) => one.nullable)) {
    const key = keyOf(column as EventColumn<never>);
    for (const operator of listOperatorsOfColumn(column)) {
      const value = asked[getValueKind(column.type, operator)] as FilterCondition["value"];
      const { matched } = compileFilter(
        observationCreatedSource,
        all(condition([column.id, key], operator, value)),
      ).evaluate(bare);
      expect(matched, `${column.id} ${operator}`).toBe(doesOperatorHoldForMissingValue(operator));
    }
  }
});
