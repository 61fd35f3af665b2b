import type { EventColumn } from "../event-source/event-source";
import type { FilterableSource } from "./check-filter";
import type { Filter, FilterCondition, FilterNode } from "./schema";

// For tests: one column of every type over a plain object.

export type State = Record<string, unknown>;

function column(definition: Omit<EventColumn<State>, "label" | "group" | "read" | "nullable">): EventColumn<State> {
  const { id } = definition;
  return { ...definition, label: id, group: "Test", nullable: true, read: (state) => state[id] };
}

export const testSource: FilterableSource = {
  noun: { one: "thing", many: "things" },
  columns: [
    column({ id: "string", type: "string" }),
    column({ id: "number", type: "number", unit: "s" }),
    column({ id: "datetime", type: "datetime" }),
    column({ id: "boolean", type: "boolean" }),
    column({ id: "option", type: "stringOptions" }),
    column({ id: "freeOption", type: "stringOptions", freeText: true }),
    column({ id: "list", type: "arrayOptions" }),
    column({ id: "object", type: "stringObject" }),
    column({ id: "numbers", type: "numberObject" }),
    column({ id: "text", type: "text" }),
    { ...column({ id: "always", type: "string" }), nullable: false },
  ],
};

/** @param place a column, or a column and a key in it */
export function condition(
  place: string | readonly [column: string, key: string | undefined],
  operator: FilterCondition["operator"],
  value?: FilterCondition["value"],
): FilterCondition {
  const [column, key] = typeof place === "string" ? [place] : place;
  return {
    type: "condition",
    column,
    operator,
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
  };
}

export const all = (...children: FilterNode[]): Filter => ({ type: "group", match: "all", children });
export const any = (...children: FilterNode[]): Filter => ({ type: "group", match: "any", children });
export const none = (...children: FilterNode[]): Filter => ({ type: "group", match: "none", children });
