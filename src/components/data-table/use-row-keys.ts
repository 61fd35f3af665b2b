"use client";

import { useEffect, type RefObject } from "react";
import { isTyping } from "@/lib/is-typing";

/** The attribute of the link of a row. Its value is the row's key. */
export const rowLinkAttribute = "data-row-link";

/**
 * J and K move through the rows of a table. With a row's panel open they open the next one's, else they move the
 * focus, and Enter opens what has it.
 */
export function useRowKeys(table: RefObject<HTMLElement | null>, activeKey: string | null): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.key !== "j" && event.key !== "k") || isTyping(event)) return;
      const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>(`[${rowLinkAttribute}]`) ?? [])];
      const current = links.findIndex((link) =>
        activeKey === null
          ? link.closest("tr")?.contains(document.activeElement)
          : link.getAttribute(rowLinkAttribute) === activeKey,
      );
      const next = links[event.key === "j" ? current + 1 : Math.max(current - 1, 0)];
      if (!next) return;
      event.preventDefault();
      next.scrollIntoView({ block: "nearest" });
      if (activeKey === null) next.focus();
      else next.click();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [table, activeKey]);
}

/** The link of a row, to give the focus back to when its panel closes. */
export function findRowLink(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[${rowLinkAttribute}="${CSS.escape(key)}"]`);
}
