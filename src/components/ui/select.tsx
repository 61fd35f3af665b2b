"use client";

import type { ReactNode } from "react";
import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";
import { popupClass, popupItemClass } from "./popup-class";

type SelectOption<Value extends string> = {
  value: Value;
  label: string;
  description?: ReactNode;
  isDisabled?: boolean;
};

type SelectProps<Value extends string> = {
  options: readonly SelectOption<Value>[];
  value: Value | null;
  onValueChange: (value: Value) => void;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  /** required outside of a `Field` */
  "aria-label"?: string;
  "aria-invalid"?: boolean;
  "aria-describedby"?: string;
  className?: string;
};

/** Chooses one value out of few. For many values, or a search, use `Combobox`. */
export function Select<Value extends string>({
  options,
  value,
  onValueChange,
  placeholder = "Choose…",
  disabled,
  className,
  ...aria
}: SelectProps<Value>) {
  const field = useFieldControl(aria);
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={(next) => next !== null && onValueChange(next)}
      disabled={disabled}
      id={field.id}
    >
      <Base.Trigger
        aria-label={aria["aria-label"]}
        {...field}
        className={cn(
          "control control-text flex h-8 w-full min-w-0 items-center justify-between gap-2 pr-2 pl-2.5 text-left select-none pointer-coarse:h-10",
          className,
        )}
      >
        <Base.Value className="min-w-0 truncate data-placeholder:text-subtle" placeholder={placeholder} />
        <Base.Icon className="text-subtle">
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner
          alignItemWithTrigger={false}
          sideOffset={4}
          align="start"
          collisionPadding={8}
          className="z-60 outline-none"
        >
          <Base.Popup className={cn(popupClass, "min-w-[max(var(--anchor-width),9rem)] max-w-96")}>
            <Base.List className="max-h-[min(20rem,var(--available-height))] scroll-py-1 overflow-y-auto overscroll-contain p-1">
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  disabled={option.isDisabled}
                  className={cn(popupItemClass, "pr-8")}
                >
                  <span className="min-w-0">
                    <Base.ItemText>{option.label}</Base.ItemText>
                    {option.description && <span className="block text-xs text-muted">{option.description}</span>}
                  </span>
                  <Base.ItemIndicator className="absolute right-3 text-accent-text">
                    <Check aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
