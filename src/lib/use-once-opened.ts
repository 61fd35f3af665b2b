"use client";

import { useState } from "react";

/** Whether something was open at least once: its script is loaded then, and it stays so that it can fade out. */
export function useOnceOpened(isOpen: boolean): boolean {
  const [wasOpened, setWasOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setWasOpened(true);
  return wasOpened;
}
