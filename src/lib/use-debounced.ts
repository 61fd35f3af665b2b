"use client";

import { useEffect, useState } from "react";

/** The value, once it has been the same for `delayMs`; the first one at once. */
export function useDebounced<Value extends string | null>(value: Value, delayMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
