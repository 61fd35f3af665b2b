"use client";

import { useEffect, useEffectEvent } from "react";
import { isTyping } from "./is-typing";

/** Runs a function at a key, unless a person types or a dialog is open. A key without a function is left alone. */
export function useKeys(keys: Record<string, (() => void) | undefined>): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const run = keys[event.key];
    if (!run || isTyping(event)) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
