"use client";

import { useSyncExternalStore } from "react";

const never = (): (() => void) => () => undefined;

/** False on the server and while hydrating, true after it: for what only the browser knows (zone, theme, platform). */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
