"use client";

import type { ReactNode } from "react";
import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { cn } from "@/lib/cn";

type SegmentedControlProps<Value extends string> = {
  options: readonly {
    value: Value;
    label: ReactNode;
    /** the accessible name of a choice whose `label` is an icon */
    name?: string;
  }[];
  value: Value;
  onValueChange: (value: Value) => void;
  "aria-label": string;
  size?: "sm" | "md";
  disabled?: boolean;
  className?: string;
};

/** Buttons side by side, of which exactly one is chosen, such as a view or a unit. */
export function SegmentedControl<Value extends string>({
  options,
  value,
  onValueChange,
  size = "md",
  disabled,
  className,
  ...aria
}: SegmentedControlProps<Value>) {
  return (
    <RadioGroup
      aria-label={aria["aria-label"]}
      value={value}
      onValueChange={(next) => onValueChange(next as Value)}
      disabled={disabled}
      className={cn("inline-flex shrink-0 rounded-md bg-neutral-soft p-0.5", disabled && "opacity-50", className)}
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          aria-label={option.name}
          className={cn(
            "flex items-center justify-center gap-1.5 rounded-[5px] px-2.5 text-muted transition-colors",
            "select-none hover:text-foreground [&_svg]:size-3.5",
            "data-checked:bg-raised data-checked:text-foreground",
            "data-checked:shadow-[0_0_0_1px_var(--line),0_1px_2px_oklch(0_0_0/6%)]",
            size === "sm" ? "h-6 text-xs pointer-coarse:h-8" : "h-7 text-sm pointer-coarse:h-9",
          )}
        >
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
