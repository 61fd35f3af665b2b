import type { FilterCondition, FilterGroup } from "../filter/schema";
import type { EventSource } from "./event-source";

/**
 * Makes a filter for events like this one. It has a condition for each column of `alikeBy` whose value in the payload
 * is a text that is not empty.
 */
export function makeFilterForSimilarEvents(source: EventSource, payload: unknown): FilterGroup {
  const children = (source.alikeBy ?? []).flatMap((id): FilterCondition[] => {
    const column = source.columns.find((each) => each.id === id);
    const value: unknown = column?.read(payload);
    if (!column || typeof value !== "string" || value === "") return [];
    return column.type === "stringOptions"
      ? [{ type: "condition", column: id, operator: "any of", value: [value] }]
      : [{ type: "condition", column: id, operator: "=", value }];
  });
  return { type: "group", match: "all", children };
}
