import type { ReactNode } from "react";
import { formatCappedCount } from "@/lib/format";
import { RelativeTime } from "@/components/time";
import { StatusLabel } from "@/components/status";
import type { ColorTone } from "@/components/ui/badge";

export type ActionHealthDetails = {
  word: "healthy" | "degraded" | "paused" | "off" | "no traffic";
  until: Date | null;
  isProbing: boolean;
  pausedBy: string | null;
  offReason: string | null;
  /** the number of waiting executions; counting stops at 1,000 */
  waiting: number;
};

/** The label and the colour of each health of an action. */
const looks: Record<
  ActionHealthDetails["word"],
  { label: string; tone: ColorTone; isHollow?: boolean; className?: string }
> = {
  healthy: { label: "Healthy", tone: "success" },
  degraded: { label: "Degraded", tone: "danger", className: "text-danger-text" },
  paused: { label: "Paused", tone: "warning", className: "text-warning-text" },
  off: { label: "Off", tone: "neutral", isHollow: true },
  "no traffic": { label: "No traffic", tone: "neutral", isHollow: true },
};

type ActionHealthProps = {
  health: ActionHealthDetails;
  /**
   * the text after the word. `none` (default) shows no text. `all` shows who paused the action, the number of waiting
   * executions, and when the next probe is sent. `next` shows only `by hand` or the next probe, for narrow columns
   */
  detail?: "none" | "next" | "all";
  className?: string;
};

/** Shows the health of an action as a dot and a word, with optional details: `Paused · 152 waiting, probe in 4 min`. */
export function ActionHealthLabel({ health, detail = "none", className }: ActionHealthProps) {
  const look = looks[health.word];
  const parts = detail === "none" ? [] : detailsOf(health, detail === "next");
  return (
    <StatusLabel
      tone={look.tone}
      isHollow={look.isHollow}
      isWrapped={detail === "all"}
      className={className}
      detail={
        parts.length > 0
          ? parts.map((part, index) => (
              <span key={index}>
                {index > 0 && ", "}
                {part}
              </span>
            ))
          : undefined
      }
    >
      <span className={look.className}>{look.label}</span>
    </StatusLabel>
  );
}

/**
 * Returns the details that follow the health's word: who paused the action, how many executions wait, and when the next
 * probe is sent. A narrow label leaves out the number and the person's name.
 */
function detailsOf({ word, waiting, until, isProbing, pausedBy }: ActionHealthDetails, isNarrow: boolean): ReactNode[] {
  const isPausedByBreaker = word === "paused" && pausedBy === null;
  const probe = isProbing ? (
    "probing"
  ) : until ? (
    <>
      probe <RelativeTime date={until} />
    </>
  ) : null;
  return [
    pausedBy === null ? null : isNarrow ? "by hand" : `by ${pausedBy}`,
    waiting === 0 || isNarrow ? null : `${formatCappedCount(waiting)} waiting`,
    isPausedByBreaker ? probe : null,
  ].filter((part) => part !== null);
}
