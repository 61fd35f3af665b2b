"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";

type SwitchProps = {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  disabled?: boolean;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  className?: string;
};

/**
 * An on/off switch that takes effect at once. In a `DataTable` its column has to be `isInteractive`, or the link of the
 * row lies above the switch.
 */
export function Switch({ checked, onCheckedChange, disabled, className, ...aria }: SwitchProps) {
  const { id, "aria-describedby": describedBy } = useFieldControl(aria);
  return (
    <Base.Root
      id={id}
      aria-label={aria["aria-label"]}
      aria-describedby={describedBy}
      checked={checked}
      onCheckedChange={(next) => onCheckedChange(next)}
      disabled={disabled}
      className={cn(
        "relative flex h-4.5 w-8 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors",
        "duration-150 data-checked:bg-accent data-disabled:opacity-50",
        "before:absolute before:-inset-x-1 before:-inset-y-2.5 before:content-['']",
        className,
      )}
    >
      <Base.Thumb
        className={cn(
          "size-3.5 rounded-full bg-white shadow-[0_1px_2px_oklch(0_0_0/25%)] transition-transform duration-150",
          "data-checked:translate-x-3.5",
        )}
      />
    </Base.Root>
  );
}
