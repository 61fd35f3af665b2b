import { createPageState } from "./page-state";

/** The number of forms on the page with changes that are not saved. */
let unsavedForms = 0;
const ended = createPageState(false);

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
export const setSessionEnded = ended.set;

/** Returns whether the session has ended while the page stays open, because a form has changes. */
export const useSessionEnded = ended.use;
