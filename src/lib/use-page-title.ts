"use client";

import { useEffect } from "react";

/**
 * Sets the title of the browser's tab: `title`, such as `Slow generations · Triggers`, followed by the program's name.
 */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Trigger System`;
  }, [title]);
}
