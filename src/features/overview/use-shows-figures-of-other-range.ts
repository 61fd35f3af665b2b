"use client";

import { useState } from "react";
import type { TimeRange } from "@/lib/time-range";

/**
 * Tells whether the shown figures belong to another range than the chosen one. A relative range moves on every minute.
 * Its figures stay current while the next ones load.
 * @param isPlaceholder the figures are those of an earlier question
 */
export function useShowsFiguresOfOtherRange(isPlaceholder: boolean, range: TimeRange): boolean {
  const chosen = JSON.stringify(range);
  const [loaded, setLoaded] = useState(chosen);
  if (!isPlaceholder && loaded !== chosen) setLoaded(chosen);
  return isPlaceholder && loaded !== chosen;
}
