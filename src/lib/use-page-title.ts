"use client";

import { useEffect } from "react";

/** Names a page by what it shows, such as `Slow generations · Triggers`, once the name is known. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Trigger System`;
  }, [title]);
}
