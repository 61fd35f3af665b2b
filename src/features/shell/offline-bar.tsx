"use client";

import { useLiveState } from "@/lib/live-state";

/** Says that the connection is lost, and of which time the data on screen is. */
export function OfflineBar() {
  const state = useLiveState();
  if (state.kind !== "reconnecting") return null;
  const time = new Date(state.since).toLocaleTimeString("en-GB");
  return (
    <p role="alert" className="flex h-7 items-center justify-center bg-warning-soft text-xs text-warning-text">
      Connection lost. This page shows {time}; it goes on by itself.
    </p>
  );
}
