"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { isKeyIgnoredByShortcuts } from "@/lib/is-key-ignored-by-shortcuts";
import { useHydrated } from "@/lib/use-hydrated";

const STORED_AS = "trigger-rail";

/**
 * Holds whether the preview column beside the form is open, and remembers the choice in the browser. The key `]` and
 * the column's button change it.
 */
export function usePreviewColumnOpen(): { isOpen: boolean; toggle: () => void } {
  const isHydrated = useHydrated();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? (!isHydrated || window.localStorage.getItem(STORED_AS) !== "closed");
  const toggle = () => {
    setChosen(!isOpen);
    window.localStorage.setItem(STORED_AS, isOpen ? "closed" : "open");
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "]" || isKeyIgnoredByShortcuts(event)) return;
    event.preventDefault();
    toggle();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  return { isOpen, toggle };
}
