"use client";

import { useRef, useState } from "react";

/** Values to suggest: a list, or where to get one. */
export type Suggestions = readonly string[] | (() => Promise<readonly string[]>);

/** Suggestions, fetched whenever the field is focused; until an answer comes, those known before stay. */
export function useSuggestions(source: Suggestions | undefined): {
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
      // Suggestions are a help: without them the field still takes what is typed.
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
