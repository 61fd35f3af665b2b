"use client";

import { useState } from "react";
import { Popover } from "@base-ui/react/popover";
import { CalendarClock } from "lucide-react";
import { cn } from "@/lib/cn";
import { localTime } from "@/lib/time";
import { rangeNames, type RangeName, type TimeRange } from "@/lib/time-range";
import { useHydrated } from "@/lib/use-hydrated";
import { Button } from "./ui/button";
import { Field } from "./ui/field";
import { Input } from "./ui/input";
import { popupClass } from "./ui/popup-class";

type RangePickerProps = {
  value: TimeRange;
  onValueChange: (range: TimeRange) => void;
  /** the range of a page whose URL names none; without it the picker offers "All" */
  fallback?: RangeName;
};

const chip =
  "flex h-7 items-center rounded-md px-2 text-xs text-muted tabular-nums transition-colors hover:text-foreground aria-pressed:bg-pressed aria-pressed:text-foreground data-popup-open:text-foreground pointer-coarse:h-9";

/** Chooses the time range of a page: a preset that ends now, or an interval. */
export function RangePicker({ value, onValueChange, fallback }: RangePickerProps) {
  const isOwn = value.from !== null || value.to !== null;
  const current = isOwn ? null : (value.range ?? fallback ?? null);
  const isOther = current !== null && !rangeNames.some((name) => name === current);
  const names: readonly RangeName[] = isOther ? [...rangeNames, current] : rangeNames;
  const choose = (range: RangeName | null) => onValueChange({ range, from: null, to: null });
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
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger aria-label="Another time range" aria-pressed={isOwn} className={cn(chip, "gap-1.5")}>
        <CalendarClock aria-hidden className="size-3.5" />
        {isOwn && isHydrated && <span className="max-sm:sr-only">{intervalText(value)}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={4} collisionPadding={8} className="z-60">
          <Popover.Popup aria-label="Time range" className={cn(popupClass, "w-72 p-3")}>
            <IntervalForm
              value={value}
              onSubmit={(range) => {
                onValueChange(range);
                setIsOpen(false);
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

const intervalText = ({ from, to }: TimeRange): string =>
  [from && `from ${localTime(from).slice(0, -3)}`, to && `to ${localTime(to).slice(0, -3)}`].filter(Boolean).join(" ");

function IntervalForm({ value, onSubmit }: { value: TimeRange; onSubmit: (range: TimeRange) => void }) {
  const [from, setFrom] = useState(toField(value.from));
  const [to, setTo] = useState(toField(value.to));
  const range: TimeRange = { range: null, from: fromField(from), to: fromField(to) };
  const isEmpty = range.from === null && range.to === null;
  const isReversed = range.from !== null && range.to !== null && range.from >= range.to;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty && !isReversed) onSubmit(range);
      }}
    >
      <Field label="From">
        <Input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label="To" error={isReversed ? "Choose a time after the start." : undefined}>
        <Input type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit" variant="primary" disabled={isEmpty || isReversed}>
        Apply
      </Button>
    </form>
  );
}

/** Returns the value of a `datetime-local` field: the reader's local time, without a zone. */
function toField(date: Date | null): string {
  if (date === null) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function fromField(text: string): Date | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}
