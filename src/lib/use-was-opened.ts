"use client";

import { useState } from "react";

/**
 * Tells whether a dialog or menu is open or was open before. Callers then keep it in the page, so that it can fade out.
 * The filter builder asks the same of a mark, whose place it then keeps.
 */
export function useWasOpened(isOpen: boolean): boolean {
  const [wasOpened, setWasOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setWasOpened(true);
  return wasOpened;
}
