"use client";

import { useConnectionState } from "@/lib/connection-state";

/** A bar at the top of the page that says that the live connection is lost, and since when the data is out of date. */
export function OfflineBar() {
  const state = useConnectionState();
  if (state.kind !== "reconnecting") return null;
  const time = new Date(state.since).toLocaleTimeString("en-GB");
  return (
    <p role="alert" className="flex h-7 items-center justify-center bg-warning-soft text-xs text-warning-text">
      Connection lost. This page shows {time}. It reconnects by itself.
    </p>
  );
}
