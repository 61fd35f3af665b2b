"use client";

import { SessionEndedText } from "@/components/session-ended-text";
import { useConnectionState } from "@/lib/connection-state";
import { useSessionEnded } from "@/lib/session-end";
import { cn } from "@/lib/cn";

const barClass = "flex min-h-7 items-center justify-center px-4 py-1 text-center text-xs";

/** Bars at the top of the page: the session has ended, or the live connection is lost. */
export function PageNotices() {
  return (
    <>
      <SessionEndedBar />
      <OfflineBar />
    </>
  );
}

/** Says that the session has ended, if a changed form or an open dialog keeps the page open. */
function SessionEndedBar() {
  if (!useSessionEnded()) return null;
  return (
    <p role="alert" className={cn(barClass, "bg-danger-soft text-danger-text")}>
      <SessionEndedText />
    </p>
  );
}

/** Says that the live connection is lost, and since when the data is out of date. */
function OfflineBar() {
  const state = useConnectionState();
  if (state.kind !== "reconnecting") return null;
  const time = new Date(state.since).toLocaleTimeString("en-GB");
  return (
    <p role="alert" className={cn(barClass, "bg-warning-soft text-warning-text")}>
      Connection lost. This page shows {time}. It reconnects by itself.
    </p>
  );
}
