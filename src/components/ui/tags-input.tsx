"use client";

import { useRef, useState, type ClipboardEvent, type FocusEvent, type KeyboardEvent, type Ref } from "react";
import { Combobox as Base } from "@base-ui/react/combobox";
import type { BaseUIEvent } from "@base-ui/react/types";
import { Check, Plus, X } from "lucide-react";
import { cn } from "@/lib/cn";
import { useFieldControl } from "./field-context";
import { popupItemClass } from "./popup-class";
import { SuggestionsPopup } from "./suggestions-popup";
import { useOpenWhileFilled, useSuggestions, type SuggestionsSource } from "./use-suggestions";

type TagsInputProps = {
  value: readonly string[];
  onValueChange: (value: string[]) => void;
  suggestions?: SuggestionsSource;
  placeholder?: string;
  disabled?: boolean;
  id?: string;
  ref?: Ref<HTMLInputElement>;
  "aria-label"?: string;
  "aria-invalid"?: boolean;
  "aria-describedby"?: string;
  className?: string;
};

const noItems: readonly string[] = [];

/**
 * A field for several text values, suggested or typed. A comma or leaving the field adds the typed text as a value.
 * Enter does so too, or chooses the highlighted suggestion. Pasted lines and comma-separated parts become one value
 * each. Backspace in the empty field selects the last value, and a second Backspace removes that value. Escape only
 * closes the suggestions.
 */
export function TagsInput({
  value,
  onValueChange,
  suggestions,
  placeholder,
  disabled,
  ref,
  className,
  ...aria
}: TagsInputProps) {
  const field = useFieldControl(aria);
  const [query, setQuery] = useState("");
  const highlighted = useRef<string | undefined>(undefined);
  const popup = useRef<HTMLDivElement>(null);
  const chips = useRef<HTMLDivElement>(null);
  const { values, isLoading, load } = useSuggestions(suggestions);
  const typed = query.trim();
  const isKnown = values.includes(typed) || value.includes(typed);
  const { contains } = Base.useFilter({ multiple: true });
  const suggested = values.filter((each) => contains(each, typed));
  const items = typed !== "" && !isKnown ? [...suggested, typed] : suggested;
  const opening = useOpenWhileFilled(isLoading || items.length > 0);

  const add = (texts: string[]) => {
    const fresh = texts.map((text) => text.trim()).filter((text) => text !== "");
    if (fresh.length > 0) onValueChange([...new Set([...value, ...fresh])]);
    setQuery("");
  };
  const onKeyDown = (event: BaseUIEvent<KeyboardEvent<HTMLInputElement>>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Backspace" && query === "" && value.length > 0) {
      // Backspace in the empty field selects the last value. Base UI's own handler would remove that value at once.
      event.preventBaseUIHandler();
      event.preventDefault();
      chips.current?.querySelector<HTMLElement>("[data-value]:last-of-type")?.focus();
      return;
    }
    if (typed === "") return;
    const isAdding = event.key === "," || (event.key === "Enter" && highlighted.current === undefined);
    if (!isAdding) return;
    event.preventDefault();
    add([query]);
  };
  const onPaste = (event: ClipboardEvent) => {
    const texts = event.clipboardData.getData("text").split(/[\n,]/);
    if (texts.length < 2) return;
    event.preventDefault();
    add(texts);
  };
  const onBlur = (event: FocusEvent) => {
    if (!popup.current?.contains(event.relatedTarget)) add([query]);
  };

  return (
    <Base.Root
      multiple
      {...opening}
      items={items.length > 0 ? items : noItems}
      filter={null}
      value={[...value]}
      onValueChange={(next: string[], { reason }) => {
        // Without this line, Escape would clear all values while the suggestions are closed.
        if (reason === "escape-key") return;
        onValueChange(next);
        setQuery("");
      }}
      inputValue={query}
      onInputValueChange={(next, { reason }) => reason === "input-change" && setQuery(next)}
      onItemHighlighted={(item) => (highlighted.current = item)}
      limit={50}
      disabled={disabled}
    >
      <Base.InputGroup
        className={cn(
          "control flex min-h-8 w-full min-w-0 items-center px-1 py-[3px] pointer-coarse:min-h-10",
          className,
        )}
      >
        <Base.Chips
          ref={chips}
          className="flex min-w-0 flex-1 flex-wrap items-center gap-1"
          aria-label={value.length > 0 ? "Chosen values" : undefined}
        >
          {value.map((tag) => (
            <Tag key={tag} value={tag} />
          ))}
          <Base.Input
            ref={ref}
            aria-label={aria["aria-label"]}
            {...field}
            placeholder={value.length === 0 ? placeholder : undefined}
            onFocus={load}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            onBlur={onBlur}
            autoComplete="off"
            spellCheck={false}
            // Without a text it is narrow, so that in a narrow field it stands beside the last value, not below.
            className={cn(
              "control-text h-6 flex-1 bg-transparent outline-none",
              value.length > 0 && query === "" ? "w-2 min-w-2" : "min-w-12 px-1.5",
            )}
          />
        </Base.Chips>
      </Base.InputGroup>
      <SuggestionsPopup ref={popup} isLoading={isLoading} className="w-[max(var(--anchor-width),14rem)]">
        {(item) => (
          <Base.Item key={item} value={item} className={popupItemClass}>
            {item === typed && !isKnown && <Plus aria-hidden className="text-subtle" />}
            <span className="min-w-0 flex-1 truncate">{item === typed && !isKnown ? `Add “${item}”` : item}</span>
            <Base.ItemIndicator className="text-accent-text">
              <Check aria-hidden />
            </Base.ItemIndicator>
          </Base.Item>
        )}
      </SuggestionsPopup>
    </Base.Root>
  );
}

function Tag({ value }: { value: string }) {
  return (
    <Base.Chip
      data-value={value}
      aria-label={value === "" ? "empty text" : value}
      className={cn(
        "flex h-6 max-w-full min-w-0 items-center gap-0.5 rounded-sm bg-neutral-soft pr-0.5 pl-1.5 text-xs",
        "outline-none data-highlighted:bg-accent data-highlighted:text-accent-foreground",
      )}
    >
      <span className="truncate">{value === "" ? "“”" : value}</span>
      <Base.ChipRemove
        aria-label={`Remove ${value}`}
        className="grid size-5 shrink-0 place-items-center rounded-sm opacity-70 hover:bg-pressed hover:opacity-100"
      >
        <X aria-hidden className="size-3" />
      </Base.ChipRemove>
    </Base.Chip>
  );
}
