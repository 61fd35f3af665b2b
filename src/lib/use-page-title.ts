"use client";

import { useEffect } from "react";

/** Sets the title of the page in the browser, such as `Slow generations · Triggers`, once the name is known. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Trigger System`;
  }, [title]);
}
