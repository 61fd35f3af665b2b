"use client";

import { cn } from "@/lib/cn";
import { formatCappedCount } from "@/lib/format";
import { StatusDot } from "./status";
import type { ColorTone } from "./ui/badge";

export type FilterChipItem<Value extends string> = {
  value: Value;
  label: string;
  tone?: ColorTone;
  isHollow?: boolean;
  /** the number of rows that match the filter; undefined while unknown */
  count?: number;
};

type FilterChipsProps<Value extends string> = {
  chips: readonly FilterChipItem<Value>[];
  value: Value;
  onValueChange: (value: Value) => void;
  "aria-label": string;
  /** the number at which the server stops counting; the chip then shows a plus, as in `1,000+` */
  cap?: number;
  className?: string;
};

/**
 * Buttons above a list, of which one is chosen. Each button filters the list by one value, and shows the number of
 * matching rows.
 */
export function FilterChips<Value extends string>({
  chips,
  value,
  onValueChange,
  cap,
  className,
  ...aria
}: FilterChipsProps<Value>) {
  return (
    <div
      role="group"
      aria-label={aria["aria-label"]}
      className={cn(
        "-mx-4 flex gap-1.5 overflow-x-auto px-4 py-0.5 [scrollbar-width:none] sm:mx-0 sm:flex-wrap sm:px-0",
        className,
      )}
    >
      {chips.map((chip) => (
        <button
          key={chip.value}
          type="button"
          aria-pressed={chip.value === value}
          onClick={() => onValueChange(chip.value)}
          className={cn(
            "flex h-7 shrink-0 items-center gap-1.5 rounded-full",
            "border border-line-strong px-2.5 text-xs text-muted transition-colors",
            "select-none hover:text-foreground pointer-coarse:h-9 pointer-coarse:px-3",
            "aria-pressed:border-foreground/70 aria-pressed:bg-surface aria-pressed:text-foreground",
          )}
        >
          {chip.tone && <StatusDot tone={chip.tone} isHollow={chip.isHollow} className="size-1.5" />}
          {chip.label}
          {chip.count !== undefined && (
            <span className="text-subtle tabular-nums">{formatCappedCount(chip.count, cap)}</span>
          )}
        </button>
      ))}
    </div>
  );
}
