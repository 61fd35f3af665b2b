import { createPageState } from "./page-state";

/** The number of changed forms and open dialogs, which would lose something if the page were left. */
let holders = 0;
const ended = createPageState(false);

/**
 * Keeps the page open when the session ends, because a part of the page has something that would be lost.
 * @returns a function that ends this
 */
export function keepPageAtSessionEnd(): () => void {
  holders++;
  return () => void holders--;
}

/** Tells whether nothing would be lost if the page were left. */
export const mayLeavePage = (): boolean => holders === 0;

/** Sets whether the server refused a call because the session has ended. */
export const setSessionEnded = ended.set;

/** Returns whether the session has ended while the page stays open, because something would be lost. */
export const useSessionEnded = ended.use;
