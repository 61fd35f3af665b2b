"use client";

import { useCallback, useLayoutEffect, useRef } from "react";

/**
 * Returns a function that stays the same and calls the newest `callback`, so that memoised rows do not render again for
 * a new function. It may be called in event handlers, and not during a render.
 */
export function useStableCallback<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void {
  const newest = useRef(callback);
  useLayoutEffect(() => void (newest.current = callback));
  return useCallback((...args: Args) => newest.current(...args), []);
}
