"use client";

import { useSyncExternalStore } from "react";
import { subscribeToSeconds } from "@/lib/ticker";
import type { TimeRange } from "@/lib/time-range";
import { askedInterval } from "./range";

const MINUTE_MS = 60_000;
const thisMinute = (): number => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

/** The interval of a range, which moves on by the minute. */
export function useInterval(range: TimeRange): { from: Date; to?: Date } {
  const minute = useSyncExternalStore(subscribeToSeconds, thisMinute, thisMinute);
  return askedInterval(range, minute);
}
