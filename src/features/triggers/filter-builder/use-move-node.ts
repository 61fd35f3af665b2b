"use client";

import { filterLimits } from "@/domain/filter/schema";
import { parseNodePathAttribute, useFilterBuilder } from "./filter-builder-context";
import { moveNodeStep, findFilterNodeAt } from "./edit-filter";

/**
 * Returns a function that moves a filter node one step up or down, and keeps the focus on its row. It does nothing at
 * the end of the filter, or if the groups would be nested too deeply.
 */
export function useMoveNode(place: string): (direction: "up" | "down") => void {
  const { change } = useFilterBuilder();
  return (direction) => {
    const then: { focus?: readonly number[] } = {};
    change((filter) => {
      const moved = moveNodeStep(filter, parseNodePathAttribute(place), direction);
      if (!moved || moved.path.length > filterLimits.depthMax) return filter;
      then.focus = findFilterNodeAt(moved.filter, moved.path)?.type === "group" ? [...moved.path, 0] : moved.path;
      return moved.filter;
    }, then);
  };
}
