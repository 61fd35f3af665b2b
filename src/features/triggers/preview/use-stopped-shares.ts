"use client";

import { useCallback, useState } from "react";
import { findFilterNodeAt } from "../filter-builder/edit-filter";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import type { TriggerPreviewState } from "./use-trigger-preview";

/** If the preview measured fewer events than this, no shares are shown, because they would mean little. */
const MEASURED_MIN = 10;

type Shares = ReadonlyMap<FilterCondition, number>;
const none: Shares = new Map();

/**
 * Returns a function that tells which share (0 to 1) of the newest stored events a condition prevents from matching. An
 * edited condition has no share until the next preview. Other conditions keep their shares.
 */
export function useStoppedShares(filter: Filter, { data, isStale }: TriggerPreviewState) {
  const [known, setKnown] = useState<{ data: TriggerPreviewState["data"]; shares: Shares }>({
    data: undefined,
    shares: none,
  });
  if (data && !isStale && known.data !== data) setKnown({ data, shares: sharesOf(filter, data) });
  const { shares } = known;
  return useCallback((condition: FilterCondition) => shares.get(condition), [shares]);
}

function sharesOf(filter: Filter, { conditions, measured }: NonNullable<TriggerPreviewState["data"]>): Shares {
  if (measured < MEASURED_MIN) return none;
  const shares = new Map<FilterCondition, number>();
  for (const { path, stopped } of conditions) {
    const node = findFilterNodeAt(filter, path);
    if (node?.type === "condition") shares.set(node, stopped / measured);
  }
  return shares;
}
