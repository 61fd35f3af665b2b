"use client";

import { useEffect, useEffectEvent } from "react";
import { isTyping } from "./is-typing";

/** Runs a function when its key is pressed, unless a person types or a dialog is open. Other keys are ignored. */
export function useKeyBindings(keys: Record<string, (() => void) | undefined>): void {
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
