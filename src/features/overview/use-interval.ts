"use client";

import { useContext, useSyncExternalStore } from "react";
import { RequestTime } from "@/components/request-time";
import { subscribeToSeconds } from "@/lib/ticker";
import type { TimeRange } from "@/lib/time-range";
import { askedInterval, minuteOf } from "./range";

/** The interval of a range, which moves on by the minute. It begins with the minute in which the page was made. */
export function useInterval(range: TimeRange): { from: Date; to?: Date } {
  const requestedAt = useContext(RequestTime);
  const minute = useSyncExternalStore(
    subscribeToSeconds,
    () => minuteOf(Date.now()),
    () => minuteOf(requestedAt ?? Date.now()),
  );
  return askedInterval(range, minute);
}
