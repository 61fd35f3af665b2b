"use client";

import { useSyncExternalStore } from "react";

const never = (): (() => void) => () => undefined;

/**
 * Returns false on the server and during hydration, then true. It guards values that only the browser knows: zone,
 * theme, platform.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
