"use client";

import { useContext, useSyncExternalStore } from "react";
import { RequestTimeContext } from "@/components/request-time-context";
import { subscribeToSeconds } from "@/lib/ticker";
import type { TimeRange } from "@/lib/time-range";
import { intervalOfRange, startOfMinute } from "./overview-range";

/**
 * Converts a time range into an interval. For a range that ends now, the interval moves on every minute. The first
 * interval is that with which the server rendered the page.
 */
export function useIntervalOfRange(range: TimeRange): { from: Date; to?: Date } {
  const requestedAt = useContext(RequestTimeContext);
  const minute = useSyncExternalStore(
    subscribeToSeconds,
    () => startOfMinute(Date.now()),
    () => startOfMinute(requestedAt ?? Date.now()),
  );
  return intervalOfRange(range, minute);
}
