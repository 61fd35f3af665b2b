"use client";

import { useEffect, useMemo, useRef, type ReactNode } from "react";
import { Combobox as Base } from "@base-ui/react/combobox";
import { Check, ChevronsUpDown, Search } from "lucide-react";
import { cn } from "@/lib/cn";
import { choiceButtonClass } from "./choice-button";
import { useFieldControl } from "./field-context";
import type { EarlyControlUse } from "./lazy-control";
import { popupClass, popupGroupHeadingClass, popupItemClass } from "./popup-class";

export type ComboboxOption = {
  value: string;
  label: string;
  hint?: ReactNode;
  /** further words by which the search finds this option */
  keywords?: string;
};
export type ComboboxGroup = { label: string; items: readonly ComboboxOption[] };

export type ComboboxProps = {
  groups: readonly ComboboxGroup[];
  value: string | null;
  onValueChange: (value: string) => void;
  placeholder?: string;
  searchPlaceholder?: string;
  emptyText?: string;
  /** called with the typed search text, so that the caller can fetch matching options from the server */
  onSearch?: (text: string) => void;
  disabled?: boolean;
  id?: string;
  "aria-label"?: string;
  "aria-invalid"?: boolean;
  "aria-describedby"?: string;
  className?: string;
};

type Item = ComboboxOption & { group: string };

/** The working control behind `Combobox`. Its script loads when a person first uses the page. */
export function ComboboxControl(props: ComboboxProps & { wish: EarlyControlUse }) {
  const {
    groups,
    value,
    onValueChange,
    placeholder = "Choose…",
    searchPlaceholder = "Search…",
    emptyText = "Nothing found.",
    onSearch,
    wish,
  } = props;
  const field = useFieldControl(props);
  const trigger = useRef<HTMLButtonElement>(null);
  const hadFocus = useRef(wish !== "nothing");
  useEffect(() => {
    if (hadFocus.current) trigger.current?.focus();
  }, []);
  const items = useMemo(
    () =>
      groups.map((group) => ({
        value: group.label,
        items: group.items.map((item): Item => ({ ...item, group: group.label })),
      })),
    [groups],
  );
  const selected = items.flatMap((group) => group.items).find((item) => item.value === value) ?? null;
  return (
    <Base.Root
      items={items}
      value={selected}
      onValueChange={(next: Item | null) => next && onValueChange(next.value)}
      onInputValueChange={(text, { reason }) => onSearch?.(reason === "input-change" ? text : "")}
      isItemEqualToValue={(item, other) => item?.value === other?.value}
      filter={(item, query) => item !== null && matches(item, query)}
      autoHighlight
      defaultOpen={wish === "open"}
      disabled={props.disabled}
    >
      <Base.Trigger
        ref={trigger}
        aria-label={props["aria-label"]}
        {...field}
        className={cn(choiceButtonClass, props.className)}
      >
        <span className={cn("min-w-0 truncate", !selected && "text-subtle")}>
          {selected?.label ?? value ?? placeholder}
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-subtle" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align="start" sideOffset={4} collisionPadding={8} className="z-60 outline-none">
          <Base.Popup
            aria-label={placeholder}
            className={cn(popupClass, "w-[max(var(--anchor-width),16rem)] max-w-(--available-width)")}
          >
            <div className="flex items-center gap-2 border-b px-3">
              <Search aria-hidden className="size-3.5 shrink-0 text-subtle" />
              <Base.Input
                aria-label={searchPlaceholder}
                placeholder={searchPlaceholder}
                className="control-text h-9 w-full bg-transparent outline-none"
              />
            </div>
            <Base.Empty className="px-3 py-4 text-center text-sm text-muted empty:hidden">{emptyText}</Base.Empty>
            <Base.List
              className={cn(
                "max-h-[min(19rem,calc(var(--available-height)-3rem))] scroll-py-1 overflow-y-auto",
                "overscroll-contain p-1 data-empty:p-0",
              )}
            >
              {(group: (typeof items)[number]) => (
                <Base.Group key={group.value} items={group.items}>
                  {groups.length > 1 && (
                    <Base.GroupLabel className={popupGroupHeadingClass}>{group.value}</Base.GroupLabel>
                  )}
                  <Base.Collection>
                    {(item: Item) => (
                      <Base.Item key={item.value} value={item} className={popupItemClass}>
                        <span className="min-w-0 flex-1 truncate">{item.label}</span>
                        {item.hint && <span className="shrink-0 text-xs text-subtle">{item.hint}</span>}
                        <Base.ItemIndicator className="text-accent-text">
                          <Check aria-hidden />
                        </Base.ItemIndicator>
                      </Base.Item>
                    )}
                  </Base.Collection>
                </Base.Group>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function matches(item: Item, query: string): boolean {
  const words = `${item.label} ${item.value} ${item.keywords ?? ""} ${item.group}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.includes(part));
}
