import type { EventColumn } from "@/domain/event-source/event-source";
import type { FilterableSource } from "@/domain/filter/check-filter";
import { compileConditionTest, type ConditionTest } from "@/domain/filter/compile-condition";
import { compileKeyReader, parseJsonField } from "@/domain/filter/field-text";
import { doesOperatorHoldForMissingValue } from "@/domain/filter/operators";
import type { Filter, FilterCondition, FilterNode } from "@/domain/filter/schema";

/*
 * A plain loop over all filters, with which the matcher's index is compared. The loop is written for speed. It reads
 * each column of an observation once, converts it once for each operator's form, and leaves a filter at the first
 * condition that fails.
 */

/**
 * A place where conditions look: a column, a key in it, and the conversion of the value. `value` is the value in the
 * observation with the number `stamp`, for which it is read once.
 */
type Place = { read(state: unknown): unknown; stamp: number; value: unknown };
type Test = { place: Place; onMissing: boolean; holds: (value: unknown) => boolean };
type Node = { test: Test; children: null } | { test: null; isAll: boolean; wanted: boolean; children: readonly Node[] };

/** Makes a function that returns the positions of the filters that match an observation. */
export function makeLoopMatcher(source: FilterableSource, filters: readonly Filter[]): (state: unknown) => number[] {
  const places = new Places(source);
  const roots = filters.map((filter) => compile(filter, places));
  let stamp = 0;
  return (state) => {
    stamp += 1;
    const found: number[] = [];
    for (let n = 0; n < roots.length; n++) if (holds(roots[n]!, state, stamp)) found.push(n);
    return found;
  };
}

function holds(node: Node, state: unknown, stamp: number): boolean {
  if (node.children === null) {
    const { place, onMissing, holds: test } = node.test;
    if (place.stamp !== stamp) {
      place.value = place.read(state);
      place.stamp = stamp;
    }
    return place.value === null ? onMissing : test(place.value);
  }
  const { children, isAll, wanted } = node;
  for (let n = 0; n < children.length; n++)
    if (holds(children[n]!, state, stamp) !== isAll) return isAll ? !wanted : wanted;
  return isAll ? wanted : !wanted;
}

function compile(node: FilterNode, places: Places): Node {
  if (node.type === "group") {
    const children = node.children.map((child) => compile(child, places));
    return { test: null, isAll: node.match === "all", wanted: node.match !== "none", children };
  }
  const { test, convert } = places.testOf(node);
  return {
    test: { place: places.at(node, convert), onMissing: doesOperatorHoldForMissingValue(node.operator), holds: test },
    children: null,
  };
}

class Places {
  private readonly columns: ReadonlyMap<string, EventColumn<unknown>>;
  private readonly known = new Map<ConditionTest["convert"], Map<string, Place>>();

  constructor(source: FilterableSource) {
    this.columns = new Map(source.columns.map((column) => [column.id, column]));
  }

  testOf(condition: FilterCondition): { test: Test["holds"]; convert: ConditionTest["convert"] } {
    const { holds, convert } = compileConditionTest(this.columns.get(condition.column)!, condition);
    return { test: holds as Test["holds"], convert };
  }

  at({ column: columnId, key }: FilterCondition, convert: ConditionTest["convert"]): Place {
    const byName = this.known.get(convert) ?? new Map<string, Place>();
    this.known.set(convert, byName);
    const name = JSON.stringify([columnId, key]);
    const known = byName.get(name);
    if (known) return known;
    const column = this.columns.get(columnId)!;
    const atKey = key === undefined ? null : compileKeyReader(key);
    const read = (state: unknown): unknown => {
      const raw = column.read(state);
      return convert(atKey ? atKey(parseJsonField(raw)) : raw);
    };
    const place: Place = { read, stamp: 0, value: null };
    byName.set(name, place);
    return place;
  }
}
