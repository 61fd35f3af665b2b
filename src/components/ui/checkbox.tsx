"use client";

import { useId, type ReactNode } from "react";
import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import { cn } from "@/lib/cn";

type CheckboxProps = {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  label: ReactNode;
  help?: ReactNode;
  isIndeterminate?: boolean;
  disabled?: boolean;
  /** whether only screen readers get the label */
  isLabelHidden?: boolean;
  className?: string;
};

export function Checkbox({
  checked,
  onCheckedChange,
  label,
  help,
  isIndeterminate,
  disabled,
  isLabelHidden,
  className,
}: CheckboxProps) {
  const id = useId();
  return (
    <div className={cn("flex items-start gap-2.5", className)}>
      <Base.Root
        id={id}
        // The server's HTML links the checkbox to its label, so it has a name before the script runs.
        aria-labelledby={`${id}-label`}
        aria-describedby={help ? `${id}-help` : undefined}
        checked={checked}
        indeterminate={isIndeterminate}
        onCheckedChange={(next) => onCheckedChange(next)}
        disabled={disabled}
        className={cn(
          "mt-0.5 grid size-4 shrink-0 place-items-center rounded-sm border border-line-strong bg-surface",
          "transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50",
          "data-indeterminate:border-accent data-indeterminate:bg-accent",
        )}
      >
        <Base.Indicator className="text-accent-foreground">
          {isIndeterminate ? (
            <Minus aria-hidden className="size-3 stroke-3" />
          ) : (
            <Check aria-hidden className="size-3 stroke-3" />
          )}
        </Base.Indicator>
      </Base.Root>
      <div className={cn("min-w-0", isLabelHidden && "sr-only")}>
        <label id={`${id}-label`} htmlFor={id} className="text-sm select-none">
          {label}
        </label>
        {help && (
          <p id={`${id}-help`} className="text-xs text-muted">
            {help}
          </p>
        )}
      </div>
    </div>
  );
}
