"use client";

import { useState } from "react";

/** Returns `value`, or the last value that was not null. A dialog keeps its text with it while the dialog fades out. */
export function useLastShown<Value>(value: Value | null): Value | null {
  const [last, setLast] = useState(value);
  if (value !== null && value !== last) setLast(value);
  return value ?? last;
}
