"use client";

import { useState } from "react";
import type { TimeRange } from "@/lib/time-range";

/**
 * Tells whether the page still shows figures of another range than the chosen one. A relative range that moves on each
 * minute stays the same range.
 * @param isPlaceholder the figures are those of an earlier question
 */
export function useShowsFiguresOfOtherRange(isPlaceholder: boolean, range: TimeRange): boolean {
  const chosen = JSON.stringify(range);
  const [loaded, setLoaded] = useState(chosen);
  if (!isPlaceholder && loaded !== chosen) setLoaded(chosen);
  return isPlaceholder && loaded !== chosen;
}
