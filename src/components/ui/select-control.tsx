"use client";

import { useEffect, useRef, type ReactNode } from "react";
import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { cn } from "@/lib/cn";
import { choiceButtonClass } from "./choice-button";
import { useFieldControl } from "./field-context";
import type { EarlyControlUse } from "./lazy-control";
import { popupClass, popupItemClass } from "./popup-class";

type SelectOption<Value extends string> = {
  value: Value;
  label: string;
  description?: ReactNode;
  isDisabled?: boolean;
};

export type SelectProps<Value extends string> = {
  options: readonly SelectOption<Value>[];
  value: Value | null;
  onValueChange: (value: Value) => void;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  /** the accessible name; required outside of a `Field` */
  "aria-label"?: string;
  "aria-invalid"?: boolean;
  "aria-describedby"?: string;
  className?: string;
};

/** The interactive part of `Select`, whose script loads later. Until then `Select` shows a plain button. */
export function SelectControl<Value extends string>({
  options,
  value,
  onValueChange,
  placeholder = "Choose…",
  disabled,
  className,
  wish,
  ...aria
}: SelectProps<Value> & { wish: EarlyControlUse }) {
  const field = useFieldControl(aria);
  const trigger = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(wish !== "nothing");
  useEffect(() => {
    if (hadFocus.current) trigger.current?.focus();
  }, []);
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={(next) => next !== null && onValueChange(next)}
      disabled={disabled}
      id={field.id}
      defaultOpen={wish === "open"}
    >
      <Base.Trigger
        ref={trigger}
        aria-label={aria["aria-label"]}
        {...field}
        className={cn(choiceButtonClass, className)}
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
            <Base.List
              className={cn(
                "max-h-[min(20rem,var(--available-height))] scroll-py-1 overflow-y-auto",
                "overscroll-contain p-1",
              )}
            >
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
