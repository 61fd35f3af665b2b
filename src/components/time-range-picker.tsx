"use client";

import { useState } from "react";
import { CalendarClock } from "lucide-react";
import { cn } from "@/lib/cn";
import { formatLocalTime } from "@/lib/format-time";
import { offeredTimeRanges, type RelativeTimeRange, type TimeRange } from "@/lib/time-range";
import { useHydrated } from "@/lib/use-hydrated";
import { makeLazyPopup } from "./ui/lazy-popup";
import { Popover } from "./ui/popover";

const TimeIntervalFields = makeLazyPopup(() =>
  import("./time-interval-fields").then((module) => module.TimeIntervalFields),
);

type RangePickerProps = {
  value: TimeRange;
  onValueChange: (range: TimeRange) => void;
  /** the range that applies while the URL names no range; without `fallback` the picker offers "All" */
  fallback?: RelativeTimeRange;
};

const chip = cn(
  "flex h-7 items-center rounded-md px-2",
  "text-xs text-muted tabular-nums transition-colors hover:text-foreground",
  "aria-pressed:bg-pressed aria-pressed:text-foreground data-popup-open:text-foreground pointer-coarse:h-9",
);

/**
 * A control that chooses the time range of a page: a preset that ends now, or an interval with a start, an end or both.
 */
export function TimeRangePicker({ value, onValueChange, fallback }: RangePickerProps) {
  const isOwn = value.from !== null || value.to !== null;
  const current = isOwn ? null : (value.range ?? fallback ?? null);
  const isOther = current !== null && !offeredTimeRanges.some((name) => name === current);
  const names: readonly RelativeTimeRange[] = isOther ? [...offeredTimeRanges, current] : offeredTimeRanges;
  const choose = (range: RelativeTimeRange | null) => onValueChange({ range, from: null, to: null });
  return (
    <div role="group" aria-label="Time range" className="flex shrink-0 items-center gap-0.5">
      {fallback === undefined && (
        <button type="button" aria-pressed={!isOwn && current === null} onClick={() => choose(null)} className={chip}>
          All
        </button>
      )}
      {names.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={current === name}
          aria-label={`Last ${name}`}
          onClick={() => choose(name === fallback ? null : name)}
          className={chip}
        >
          {name}
        </button>
      ))}
      <OwnRange value={value} isOwn={isOwn} onValueChange={onValueChange} />
    </div>
  );
}

function OwnRange({ value, isOwn, onValueChange }: RangePickerProps & { isOwn: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const isHydrated = useHydrated();
  return (
    <Popover
      trigger={
        <button type="button" aria-label="Another time range" aria-pressed={isOwn} className={cn(chip, "gap-1.5")}>
          <CalendarClock aria-hidden className="size-3.5" />
          {isOwn && isHydrated && <span className="max-sm:sr-only">{intervalText(value)}</span>}
        </button>
      }
      label="Time range"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      align="end"
      className="w-72 p-3"
    >
      <TimeIntervalFields
        value={value}
        onSubmit={(range) => {
          onValueChange(range);
          setIsOpen(false);
        }}
      />
    </Popover>
  );
}

const intervalText = ({ from, to }: TimeRange): string =>
  [from && `from ${formatLocalTime(from).slice(0, -3)}`, to && `to ${formatLocalTime(to).slice(0, -3)}`]
    .filter(Boolean)
    .join(" ");
