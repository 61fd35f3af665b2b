"use client";

import { useEffect, useEffectEvent } from "react";
import { isKeyIgnoredByShortcuts } from "./is-key-ignored-by-shortcuts";

/** Runs a function when its key is pressed, unless `isKeyIgnoredByShortcuts`. Other keys are ignored. */
export function useKeyBindings(keys: Record<string, (() => void) | undefined>): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const run = keys[event.key];
    if (!run || isKeyIgnoredByShortcuts(event)) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
