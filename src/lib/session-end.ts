import { useSyncExternalStore } from "react";

/** The number of forms on the page with changes that are not saved. */
let unsavedForms = 0;
let isEnded = false;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Notes that a form has changes that are not saved.
 * @returns a function that ends the note
 */
export function holdUnsavedChanges(): () => void {
  unsavedForms++;
  return () => void unsavedForms--;
}

/** Tells whether the page may be left without the loss of changes. */
export const mayLeavePage = (): boolean => unsavedForms === 0;

/** Sets whether the server refused a call because the session has ended. */
export function setSessionEnded(next: boolean): void {
  if (next === isEnded) return;
  isEnded = next;
  listeners.forEach((listener) => listener());
}

/** Returns whether the session has ended while the page stays open, because a form has changes. */
export const useSessionEnded = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => isEnded,
    () => false,
  );
