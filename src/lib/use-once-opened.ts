"use client";

import { useState } from "react";

/**
 * Tells whether something was open at least once. Its script is then loaded, and it stays in the page so that it can
 * fade out.
 */
export function useOnceOpened(isOpen: boolean): boolean {
  const [wasOpened, setWasOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setWasOpened(true);
  return wasOpened;
}
