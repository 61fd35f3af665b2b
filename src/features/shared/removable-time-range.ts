import type { TimeRange } from "@/lib/time-range";
import type { RemovableFilter } from "./filtered-empty-state";

/** Returns the time range of a list as a filter that a person can remove; empty without one. */
export const makeRemovableTimeRange = ({ range, from, to }: TimeRange): RemovableFilter<TimeRange>[] =>
  range === null && from === null && to === null
    ? []
    : [{ words: "the time range", change: { range: null, from: null, to: null } }];
