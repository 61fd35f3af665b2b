"use client";

import { useEffect, useSyncExternalStore } from "react";

/** The number of page changes that a person asked for and that the page does not show yet. */
let pending = 0;
const listeners = new Set<() => void>();

function add(by: 1 | -1): void {
  pending += by;
  listeners.forEach((call) => call());
}

/** Counts a page change as under way while `isPending` is true. */
export function useCountPendingPageChange(isPending: boolean): void {
  useEffect(() => {
    if (!isPending) return;
    add(1);
    return () => add(-1);
  }, [isPending]);
}

/** Tells whether another page has been asked for and is not visible yet. */
export const useIsPageChanging = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => pending > 0,
    () => false,
  );

/** Resolves once no other page is on its way. */
export const waitUntilPageIsShown = (): Promise<void> =>
  new Promise((resolve) => {
    const check = (): void => {
      if (pending > 0) return;
      stop();
      resolve();
    };
    const stop = subscribe(check);
    check();
  });

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
