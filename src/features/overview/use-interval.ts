"use client";

import { useContext, useSyncExternalStore } from "react";
import { RequestTime } from "@/components/request-time";
import { subscribeToSeconds } from "@/lib/ticker";
import type { TimeRange } from "@/lib/time-range";
import { askedInterval, minuteOf } from "./range";

/**
 * Returns the interval of a range. It moves on every minute, beginning with the minute in which the server made the
 * page.
 */
export function useInterval(range: TimeRange): { from: Date; to?: Date } {
  const requestedAt = useContext(RequestTime);
  const minute = useSyncExternalStore(
    subscribeToSeconds,
    () => minuteOf(Date.now()),
    () => minuteOf(requestedAt ?? Date.now()),
  );
  return askedInterval(range, minute);
}
