"use client";

import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Search } from "lucide-react";
import { Input } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { popupClass } from "@/components/ui/popup-class";
import { cn } from "@/lib/cn";
import { isKeyIgnoredByShortcuts } from "@/lib/is-key-ignored-by-shortcuts";
import { parseExecutionQuery, type ExecutionSearchFields } from "@/domain/execution-query";
import type { ExecutionParams } from "../search-params";
import { useQuerySuggestions } from "./use-query-suggestions";

type SearchBoxProps = {
  projectId: string;
  params: ExecutionParams;
  onSearch: (query: Partial<ExecutionSearchFields>) => void;
};

/** A search box that accepts ids, names, response codes, and filters such as `status:failed code:5xx`. */
export function ExecutionSearchBox({ projectId, params, onSearch }: SearchBoxProps) {
  const [draft, setDraft] = useState(params.q);
  const [shown, setShown] = useState(params.q);
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const field = useRef<HTMLDivElement>(null);
  const listId = useId();
  // The URL's search differs from the shown text because a link or a removed filter changed the URL.
  if (shown !== params.q) {
    setShown(params.q);
    setDraft(params.q);
  }
  const { suggestions, complete } = useQuerySuggestions({ projectId, params, draft, isOpen });
  const { problems } = parseExecutionQuery(draft);
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "/" || isKeyIgnoredByShortcuts(event)) return;
      event.preventDefault();
      field.current?.querySelector("input")?.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  const change = (text: string) => {
    setDraft(text);
    setActive(-1);
    setIsOpen(true);
  };
  const submit = () => {
    const { query, problems } = parseExecutionQuery(draft);
    if (problems.length > 0) return;
    onSearch(query);
    setDraft(query.q ?? "");
    setIsOpen(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = suggestions.length;
    if (event.key === "ArrowDown" && count > 0) setActive((active + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) setActive(((active + count) % (count + 1)) - 1);
    else if (event.key === "Enter" && isOpen && suggestions[active]) change(complete(suggestions[active]));
    else if (event.key === "Enter") submit();
    else if (event.key === "Escape" && isOpen) setIsOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isListed = isOpen && suggestions.length > 0;
  return (
    <div ref={field} className="relative min-w-0 flex-1">
      <Input
        role="combobox"
        aria-label="Search executions"
        aria-expanded={isListed}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isListed && active >= 0 ? `${listId}-${active}` : undefined}
        aria-invalid={problems.length > 0 || undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Id, name, trace, code, or status:failed code:5xx since:2h"
        prefix={<Search aria-hidden />}
        suffix={<Kbd className="pointer-coarse:hidden">/</Kbd>}
        value={draft}
        maxLength={1_000}
        onChange={(event) => change(event.target.value)}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onKeyDown={onKeyDown}
      />
      {problems[0] && <p className="mt-1 text-xs text-danger-text">{problems[0].message}</p>}
      <ul
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        hidden={!isListed}
        className={cn(popupClass, "absolute top-full left-0 z-30 mt-1 max-h-80 w-full max-w-xl overflow-y-auto p-1")}
      >
        {suggestions.map((suggestion, index) => (
          <li
            key={suggestion.value}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            // `preventDefault` keeps the focus in the search field.
            onPointerDown={(event) => {
              event.preventDefault();
              change(complete(suggestion));
            }}
            className={cn(
              "flex h-8 cursor-default items-center gap-3",
              "rounded-md px-2 text-sm hover:bg-hover aria-selected:bg-hover",
            )}
          >
            <span className="min-w-0 flex-1 truncate">{suggestion.label}</span>
            {suggestion.hint && <span className="truncate text-xs text-muted">{suggestion.hint}</span>}
            {suggestion.count !== undefined && (
              <span className="text-xs text-subtle tabular-nums">{suggestion.count}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
