"use client";

import { cn } from "@/lib/cn";
import {
  formatLocalTime,
  readLocalTimeZone,
  formatRelativeTime,
  formatTimeBetween,
  formatUtcTime,
} from "@/lib/format-time";
import { useHydrated } from "@/lib/use-hydrated";
import { CopyButton } from "./ui/copy-button";
import { LazyHoverPopup } from "./ui/lazy-hover-popup";
import { popupClass } from "./ui/popup-class";
import { useHoverPopup } from "./ui/use-hover-popup";
import { useClockValue } from "./use-clock-value";

/**
 * The hover card opens after the pointer has rested for `openMs`. It closes `closeMs` after the pointer leaves, so that
 * the pointer can move into the card.
 */
const DELAYS = { openMs: 350, closeMs: 150 };

type TimeProps = {
  /** a Date, or an ISO 8601 text */
  value: Date | string;
  /** `relative` (default) is "12 s ago", and `span` is "12 s"; both keep counting. `absolute` is the date and time */
  format?: "relative" | "span" | "absolute";
  className?: string;
};

/**
 * Shows a point in time. On hover, or on the focus of the `absolute` form, a card shows it in the person's zone and in
 * UTC, with a button that copies the ISO 8601 text.
 */
export function Time({ value, format = "relative", className }: TimeProps) {
  const date = typeof value === "string" ? new Date(value) : value;
  const iso = date.toISOString();
  const { anchor, close, triggerProps, popupProps } = useHoverPopup(DELAYS);
  return (
    <>
      <time
        dateTime={iso}
        tabIndex={format === "absolute" ? 0 : undefined}
        className={cn("relative z-10 rounded-sm whitespace-nowrap tabular-nums", className)}
        {...triggerProps}
      >
        {format === "absolute" ? <Absolute date={date} /> : <RelativeTime date={date} isSpan={format === "span"} />}
      </time>
      {anchor && (
        <LazyHoverPopup
          anchor={anchor}
          onClose={close}
          side="bottom"
          align="start"
          className={cn(popupClass, "p-3 text-xs")}
          {...popupProps}
        >
          <TimeCard date={date} iso={iso} />
        </LazyHoverPopup>
      )}
    </>
  );
}

/** Shows the time until or since a date, such as "in 40 s", updated every second. It has no hover card. */
export function RelativeTime({ date, isSpan = false }: { date: Date; isSpan?: boolean }) {
  return useClockValue((now) => (isSpan ? formatTimeBetween(date, now) : formatRelativeTime(date, now)));
}

function Absolute({ date }: { date: Date }) {
  const isHydrated = useHydrated();
  return isHydrated ? formatLocalTime(date) : `${formatUtcTime(date)} UTC`;
}

function TimeCard({ date, iso }: { date: Date; iso: string }) {
  const zone = readLocalTimeZone();
  const rows = [
    ...(zone === "UTC" ? [] : [[zone, formatLocalTime(date)] as const]),
    ["UTC", formatUtcTime(date)],
    ["Distance", <RelativeTime key="relative" date={date} />],
  ] as const;
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 tabular-nums">
        {rows.map(([name, text]) => (
          <div key={name} className="contents">
            <dt className="text-subtle">{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-2.5 flex items-center justify-between gap-3 border-t pt-2 pl-0.5">
        <code className="font-mono text-xs text-muted">{iso}</code>
        <CopyButton text={iso} label="Copy ISO time" />
      </div>
    </>
  );
}
