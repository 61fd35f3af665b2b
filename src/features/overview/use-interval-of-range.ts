"use client";

import { useClockValue } from "@/components/use-clock-value";
import type { TimeRange } from "@/lib/time-range";
import { convertRangeToInterval, startOfMinute } from "./overview-range";

/**
 * Converts a time range into an interval. For a range that ends now, the interval moves on every minute. The first
 * interval is that with which the server rendered the page.
 */
export function useIntervalOfRange(range: TimeRange): { from: Date; to?: Date } {
  return convertRangeToInterval(range, useClockValue(startOfMinute));
}
