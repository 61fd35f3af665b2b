"use client";

import { useRef, useState } from "react";

/** Suggested values for a field: a list, or a function that fetches the list. */
export type SuggestionsSource = readonly string[] | (() => Promise<readonly string[]>);

/**
 * Returns the suggestions for a field, and `load`, which fields call at each focus. If `source` is a function, `load`
 * fetches the suggestions again. Earlier suggestions stay visible until the answer arrives.
 */
export function useSuggestions(source: SuggestionsSource | undefined): {
  values: readonly string[];
  isLoading: boolean;
  load: () => void;
} {
  const [fetched, setFetched] = useState<readonly string[] | null>(null);
  const [isLoading, setIsLoading] = useState(false);
  const latest = useRef(0);

  const load = () => {
    if (typeof source !== "function") return;
    const turn = (latest.current += 1);
    setIsLoading(true);
    source()
      // A failed fetch leaves no suggestions and shows no error, because the field accepts typed text without them.
      .catch((): readonly string[] => [])
      .then((values) => {
        if (latest.current !== turn) return;
        setFetched(values);
        setIsLoading(false);
      });
  };
  const isFetched = typeof source === "function";
  return { values: isFetched ? (fetched ?? []) : (source ?? []), isLoading: isLoading && fetched === null, load };
}

/**
 * Returns the props by which the suggestions of a field are open only while `isFilled`: a popup has something to show.
 * An open popup hides the rest of the page from screen readers, and an empty popup would hide it for nothing.
 */
export function useOpenWhileFilled(isFilled: boolean) {
  const [isOpen, setIsOpen] = useState(false);
  // Base UI reports no end of a popup that is not open, so an answer that comes later would open it without the focus.
  if (isOpen && !isFilled) setIsOpen(false);
  return { open: isOpen && isFilled, onOpenChange: (next: boolean) => setIsOpen(next) };
}
