"use client";

import type { Ref } from "react";
import { Autocomplete as Base } from "@base-ui/react/autocomplete";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";
import { popupItemClass } from "./popup-class";
import { SuggestionsPopup } from "./suggestions-popup";
import { useOpenWhileFilled, useSuggestions, type SuggestionsSource } from "./use-suggestions";

type AutocompleteProps = {
  value: string;
  onValueChange: (value: string) => void;
  suggestions?: SuggestionsSource;
  placeholder?: string;
  disabled?: boolean;
  isMono?: boolean;
  id?: string;
  ref?: Ref<HTMLInputElement>;
  "aria-label"?: string;
  "aria-invalid"?: boolean;
  "aria-describedby"?: string;
  className?: string;
};

/**
 * A text field of one line with suggestions. The field fetches suggestions when it gets the focus, and accepts any
 * text.
 */
export function Autocomplete({
  value,
  onValueChange,
  suggestions,
  placeholder,
  disabled,
  isMono,
  ref,
  className,
  ...aria
}: AutocompleteProps) {
  const field = useFieldControl(aria);
  const { values, isLoading, load } = useSuggestions(suggestions);
  const { contains } = Base.useFilter();
  const shown = values.filter((each) => contains(each, value.trim()));
  const opening = useOpenWhileFilled(isLoading || shown.length > 0);
  return (
    <Base.Root
      {...opening}
      items={shown}
      filter={null}
      value={value}
      // This ignores one change by Base UI: Escape would clear the text while the suggestions are closed.
      onValueChange={(next, { reason }) => reason !== "escape-key" && onValueChange(next)}
      openOnInputClick
      limit={50}
      disabled={disabled}
    >
      <Base.Input
        ref={ref}
        placeholder={placeholder}
        aria-label={aria["aria-label"]}
        {...field}
        onFocus={load}
        autoComplete="off"
        spellCheck={false}
        className={cn(
          "control control-text h-8 w-full min-w-0 px-2.5 pointer-coarse:h-10",
          isMono && "font-mono",
          className,
        )}
      />
      <SuggestionsPopup isLoading={isLoading} className="min-w-[max(var(--anchor-width),12rem)]">
        {(item) => (
          <Base.Item key={item} value={item} className={popupItemClass}>
            <span className="truncate">{item}</span>
          </Base.Item>
        )}
      </SuggestionsPopup>
    </Base.Root>
  );
}
