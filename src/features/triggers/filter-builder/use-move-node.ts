"use client";

import { filterLimits } from "@/domain/filter/schema";
import { pathOf, useBuilder } from "./builder-context";
import { moveNodeStep, filterNodeAt } from "./edit";

/** Moves a node one step and keeps the focus on it. */
export function useMoveNode(place: string): (direction: "up" | "down") => void {
  const { change } = useBuilder();
  return (direction) => {
    const then: { focus?: readonly number[] } = {};
    change((filter) => {
      const moved = moveNodeStep(filter, pathOf(place), direction);
      if (!moved || moved.path.length > filterLimits.depthMax) return filter;
      then.focus = filterNodeAt(moved.filter, moved.path)?.type === "group" ? [...moved.path, 0] : moved.path;
      return moved.filter;
    }, then);
  };
}
