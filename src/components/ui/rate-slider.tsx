"use client";

import { useState } from "react";
import { Slider as Base } from "@base-ui/react/slider";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";
import { Input } from "./input";

type RateSliderProps = {
  /** the share, 0 to 1 */
  value: number;
  onValueChange: (rate: number) => void;
  disabled?: boolean;
  /** the accessible name of the slider; the `Field`'s label names the number input */
  "aria-label": string;
  className?: string;
};

/**
 * A slider and a number input for a share of 0 to 100 %. The slider sets rough values. The number input sets exact
 * values, to 0.01 %.
 */
export function RateSlider({ value, onValueChange, disabled, className, ...aria }: RateSliderProps) {
  const percent = toPercent(value);
  // The typed text while the input has the focus, so that an unfinished number such as "0." stays. Null shows `value`.
  const [draft, setDraft] = useState<string | null>(null);
  const field = useFieldControl({});
  const type = (text: string) => {
    setDraft(text);
    const next = Number(text.replace(",", "."));
    if (text.trim() !== "" && next >= 0 && next <= 100) onValueChange(Number((next / 100).toFixed(4)));
  };
  return (
    <div className={cn("flex items-center gap-4", className)}>
      <Base.Root
        className="min-w-0 flex-1"
        value={percent}
        min={0}
        max={100}
        step={1}
        disabled={disabled}
        onValueChange={(next) => {
          setDraft(null);
          onValueChange(Number(next) / 100);
        }}
      >
        <Base.Control className="flex w-full touch-none items-center py-2.5 select-none data-disabled:opacity-50">
          <Base.Track className="h-1 w-full rounded-full bg-line-strong forced-color-adjust-none">
            <Base.Indicator className="rounded-full bg-accent" />
            <Base.Thumb
              aria-label={aria["aria-label"]}
              className={cn(
                "size-4 rounded-full border border-line-strong bg-white shadow-[0_1px_2px_oklch(0_0_0/20%)]",
                "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
              )}
            />
          </Base.Track>
        </Base.Control>
      </Base.Root>
      <Input
        {...field}
        inputMode="decimal"
        value={draft ?? String(percent)}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setDraft(null)}
        disabled={disabled}
        suffix="%"
        aria-label={field.id ? undefined : `${aria["aria-label"]} in percent`}
        className="w-24 tabular-nums"
      />
    </div>
  );
}

function toPercent(rate: number): number {
  return Number((rate * 100).toFixed(2));
}
