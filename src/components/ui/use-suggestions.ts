"use client";

import { useRef, useState } from "react";

/** Suggested values: a list, or a function that fetches them. */
export type SuggestionsState = readonly string[] | (() => Promise<readonly string[]>);

/** Fetches suggestions at each focus of the field. Earlier suggestions stay until the answer comes. */
export function useSuggestions(source: SuggestionsState | undefined): {
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
      // Suggestions only help, because the field accepts typed text without them.
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
