"use client";

import { useEffect, useEffectEvent, type RefObject } from "react";

/**
 * Saves a form with ⌘S or ⌘Enter (Ctrl in place of ⌘), wherever the focus is. While a dialog is open, only a form
 * inside the topmost dialog is saved.
 */
export function useSaveKeys(form: RefObject<HTMLFormElement | null>, save: () => void, isEnabled: boolean): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey || event.isComposing) return;
    if (event.key !== "Enter" && event.key.toLowerCase() !== "s") return;
    const dialog = [...document.querySelectorAll("[role=dialog][data-open],[role=alertdialog][data-open]")].at(-1);
    if (dialog && !dialog.contains(form.current)) return;
    // A hidden form ignores the key. A visible form keeps the browser from saving the page as a file.
    if (!form.current?.checkVisibility()) return;
    event.preventDefault();
    if (isEnabled && !event.repeat) save();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
