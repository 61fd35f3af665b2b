"use client";

import { useEffect, useEffectEvent, useRef, type RefObject } from "react";
import { isKeyIgnoredByShortcuts } from "@/lib/is-key-ignored-by-shortcuts";

/** The HTML attribute that marks the link of a table row. Its value is the key of the row. */
export const ROW_LINK_ATTRIBUTE = "data-row-link";

type RowKeys = {
  activeKey: string | null;
  rowCount: number;
  /** loads more rows; undefined if the list has no further rows */
  onReachEnd: (() => void) | undefined;
  /** selects or deselects a row; called when X is pressed on the row. Undefined if rows cannot be selected */
  onToggle: ((key: string) => void) | undefined;
};

/**
 * Adds keyboard shortcuts to a table: J goes to the next row and K to the previous row. While a panel is open, J and K
 * show the panel of that row. Otherwise J and K focus the row, and Enter opens the focused row. J on the last row loads
 * more rows first. X selects the row.
 */
export function useRowNavigation(table: RefObject<HTMLElement | null>, options: RowKeys): void {
  const { activeKey, rowCount } = options;
  const isGoingOn = useRef(false);
  const linksOf = () => [...(table.current?.querySelectorAll<HTMLAnchorElement>(`[${ROW_LINK_ATTRIBUTE}]`) ?? [])];
  const currentOf = (links: readonly HTMLAnchorElement[]): number =>
    links.findIndex((link) =>
      activeKey === null
        ? link.closest("tr")?.contains(document.activeElement)
        : link.getAttribute(ROW_LINK_ATTRIBUTE) === activeKey,
    );
  const goTo = (link: HTMLAnchorElement): void => {
    link.scrollIntoView({ block: "nearest" });
    if (activeKey === null) link.focus();
    else link.click();
  };
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!["j", "k", "x"].includes(event.key) || isKeyIgnoredByShortcuts(event)) return;
    const links = linksOf();
    const current = currentOf(links);
    if (event.key === "x") {
      const key = links[current]?.getAttribute(ROW_LINK_ATTRIBUTE);
      if (key) options.onToggle?.(key);
      return;
    }
    const next = links[event.key === "j" ? current + 1 : Math.max(current - 1, 0)];
    if (next) {
      event.preventDefault();
      goTo(next);
    } else if (event.key === "j" && links.length > 0 && options.onReachEnd) {
      isGoingOn.current = true;
      options.onReachEnd();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  const goOn = useEffectEvent(() => {
    const links = linksOf();
    const next = links[currentOf(links) + 1];
    if (isGoingOn.current && next) goTo(next);
    if (next) isGoingOn.current = false;
  });
  useEffect(() => goOn(), [rowCount]);
}

/** Returns the link element of the row with this key. The link gets the focus when the panel of the row closes. */
export function findRowLink(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[${ROW_LINK_ATTRIBUTE}="${CSS.escape(key)}"]`);
}

/** Opens the row after (`by` 1) or before (`by` -1) the row with this key. Does nothing if there is no such row. */
export function openAdjacentRow(key: string, by: -1 | 1): void {
  const links = [...document.querySelectorAll<HTMLElement>(`[${ROW_LINK_ATTRIBUTE}]`)];
  const current = links.findIndex((link) => link.getAttribute(ROW_LINK_ATTRIBUTE) === key);
  const next = current === -1 ? undefined : links[current + by];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}
