"use client";

import { useContext, useSyncExternalStore } from "react";
import { RequestTime } from "@/components/request-time";
import { subscribeToSeconds } from "@/lib/ticker";
import type { TimeRange } from "@/lib/time-range";
import { intervalOfRange, startOfMinute } from "./range";

/**
 * Returns the interval of a range. It moves on every minute, beginning with the minute in which the server made the
 * page.
 */
export function useInterval(range: TimeRange): { from: Date; to?: Date } {
  const requestedAt = useContext(RequestTime);
  const minute = useSyncExternalStore(
    subscribeToSeconds,
    () => startOfMinute(Date.now()),
    () => startOfMinute(requestedAt ?? Date.now()),
  );
  return intervalOfRange(range, minute);
}
