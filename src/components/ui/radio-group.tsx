"use client";

import { useId, type ReactNode } from "react";
import { Radio } from "@base-ui/react/radio";
import { RadioGroup as Base } from "@base-ui/react/radio-group";
import { cn } from "@/lib/cn";

type RadioOption<Value extends string> = {
  value: Value;
  label: ReactNode;
  help?: ReactNode;
  isDisabled?: boolean;
};

type RadioGroupProps<Value extends string> = {
  options: readonly RadioOption<Value>[];
  value: Value;
  onValueChange: (value: Value) => void;
  disabled?: boolean;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  /** `cards` draws a frame around each choice; by default `plain` */
  look?: "plain" | "cards";
  className?: string;
};

/** Radio buttons, of which a person chooses one. Inside `<Field as="group">` the field's label names the group. */
export function RadioGroup<Value extends string>({
  options,
  value,
  onValueChange,
  disabled,
  look = "plain",
  className,
  ...aria
}: RadioGroupProps<Value>) {
  // Stable ids let the server's HTML link each radio button to its label before the script runs.
  const id = useId();
  return (
    <Base
      value={value}
      onValueChange={(next) => onValueChange(next as Value)}
      disabled={disabled}
      className={cn("flex flex-col gap-2", className)}
      {...aria}
    >
      {options.map((option) => (
        <label
          key={option.value}
          className={cn(
            "flex items-start gap-2.5 text-sm select-none",
            look === "cards" &&
              "rounded-lg border border-line-strong bg-surface p-3 transition-colors hover:bg-hover has-data-checked:border-accent has-data-checked:bg-accent-soft",
            option.isDisabled && "opacity-50",
          )}
        >
          <Radio.Root
            aria-labelledby={`${id}-${option.value}`}
            value={option.value}
            disabled={option.isDisabled}
            className={cn(
              "mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface",
              "transition-colors data-checked:border-accent data-checked:bg-accent",
            )}
          >
            <Radio.Indicator className="size-1.5 rounded-full bg-accent-foreground" />
          </Radio.Root>
          <span id={`${id}-${option.value}`} className="min-w-0">
            <span className={cn(look === "cards" && "font-medium")}>{option.label}</span>
            {option.help && <span className="block text-xs text-muted">{option.help}</span>}
          </span>
        </label>
      ))}
    </Base>
  );
}
