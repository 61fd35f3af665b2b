"use client";

import { cn } from "@/lib/cn";
import { useConnectionState, type ConnectionState } from "@/lib/connection-state";
import { Tooltip } from "./ui/tooltip";

const looks: Record<ConnectionState["kind"], { label: string; help: string; dot: string }> = {
  connecting: { label: "Connecting", help: "Connecting to the server.", dot: "bg-neutral" },
  live: { label: "Live", help: "The page updates by itself.", dot: "bg-success" },
  paused: {
    label: "Paused",
    help: "A hidden tab loads nothing. It updates once it is shown.",
    dot: "bg-neutral",
  },
  reconnecting: { label: "Reconnecting", help: "The server does not answer. The page tries again.", dot: "bg-warning" },
};

/**
 * Shows whether the page receives live updates. A green dot means that the page is connected, and a grey dot that it
 * connects for the first time. While updates are paused or the page reconnects, a word follows the dot.
 */
export function LiveUpdatesDot({ className }: { className?: string }) {
  const { label, help, dot } = looks[useConnectionState().kind];
  const isQuiet = label === "Live" || label === "Connecting";
  return (
    <Tooltip content={help} side="bottom">
      <span role="status" className={cn("inline-flex items-center gap-1.5 text-xs text-muted", className)}>
        <span aria-hidden className={cn("size-1.5 shrink-0 rounded-full", dot)} />
        <span className={cn(isQuiet && "sr-only")}>{label}</span>
      </span>
    </Tooltip>
  );
}
